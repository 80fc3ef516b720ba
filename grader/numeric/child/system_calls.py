"""Numbers of system calls on the architectures that the filter knows; `-` where there is no such call."""

from __future__ import annotations

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""What the kernel calls them in a filter (`AUDIT_ARCH_...`)."""

FORBIDDEN = """
# other programs and processes            x86_64 aarch64
execve 59 221                execveat 322 281             fork 57 -                    vfork 58 -
ptrace 101 117               process_vm_readv 310 270     process_vm_writev 311 271    kcmp 312 272
tkill 200 130                rt_sigqueueinfo 129 138      rt_tgsigqueueinfo 297 240    setpgid 109 154
setsid 112 157               prctl 157 167                seccomp 317 277              personality 135 92
sched_setaffinity 203 122    sched_setparam 142 118       sched_setscheduler 144 119   sched_setattr 314 274
setpriority 141 140          ioprio_set 251 30            migrate_pages 256 238        move_pages 279 239
# the network, and descriptors that travel
socket 41 198                socketpair 53 199            connect 42 203               bind 49 200
listen 50 201                accept 43 202                accept4 288 242              setsockopt 54 208
sendmsg 46 211               sendmmsg 307 269             recvmsg 47 212               recvmmsg 299 243
# memory and queues that outlive or evade the limits
memfd_create 319 279         shmget 29 194                shmat 30 196                 shmdt 67 197
shmctl 31 195                semget 64 190                semop 65 193                 semtimedop 220 192
semctl 66 191                msgget 68 186                msgsnd 69 189                msgrcv 70 188
msgctl 71 187                mq_open 240 180              mq_unlink 241 181            mq_timedsend 242 182
mq_timedreceive 243 183      mq_notify 244 184            mq_getsetattr 245 185
# much surface that no lab needs
add_key 248 217              request_key 249 218          keyctl 250 219               bpf 321 280
perf_event_open 298 241      userfaultfd 323 282          io_setup 206 0               io_destroy 207 1
io_submit 209 2              io_cancel 210 3              io_getevents 208 4           io_pgetevents 333 292
modify_ldt 154 -             iopl 172 -                   ioperm 173 -                 lookup_dcookie 212 18
uselib 134 -                 sysfs 139 -                  vhangup 153 58               syslog 103 116
# namespaces, mounts, identity
unshare 272 97               setns 308 268                mount 165 40                 umount2 166 39
pivot_root 155 41            chroot 161 51                setuid 105 146               setgid 106 144
setreuid 113 145             setregid 114 143             setresuid 117 147            setresgid 119 149
setgroups 116 159            setfsuid 122 151             setfsgid 123 152             capset 126 91
# what Landlock leaves open: files by handle, watches, locks, owners, modes, times
open_by_handle_at 304 265    name_to_handle_at 303 264    fanotify_init 300 262        fanotify_mark 301 263
inotify_init 253 -           inotify_init1 294 26         inotify_add_watch 254 27     flock 73 32
chmod 90 -                   fchmod 91 52                 fchmodat 268 53              chown 92 -
lchown 94 -                  fchown 93 55                 fchownat 260 54              setxattr 188 5
lsetxattr 189 6              fsetxattr 190 7              removexattr 197 14           lremovexattr 198 15
fremovexattr 199 16          utime 132 -                  utimes 235 -                 futimesat 261 -
utimensat 280 88             truncate 76 45               sync 162 81                  syncfs 306 267
# the machine
quotactl 179 60              swapon 167 224               swapoff 168 225              acct 163 89
settimeofday 164 170         clock_settime 227 112        adjtimex 159 171             clock_adjtime 305 266
sethostname 170 161          setdomainname 171 162        reboot 169 142               kexec_load 246 104
kexec_file_load 320 294      init_module 175 105          finit_module 313 273         delete_module 176 106
"""

WATCHED = """
# allowed for some arguments only
clone 56 220                 kill 62 129                  tgkill 234 131               prlimit64 302 261
fcntl 72 25                  ioctl 16 29                  open 2 -                     openat 257 56
"""

FIRST_COMMON = 424
"""From here on a number means the same on every architecture; all but these are as if the kernel did not know them."""
COMMON = {"close_range": 436, "faccessat2": 439, "epoll_pwait2": 441, "futex_waitv": 449}


def numbers(table: str, architecture: str) -> dict[str, int]:
    """The calls of a table that an architecture has, with their numbers there."""
    column = list(ARCHITECTURES).index(architecture)
    words = [word for line in table.splitlines() if not line.startswith("#") for word in line.split()]
    rows = zip(words[::3], words[1::3], words[2::3])
    return {name: int(columns[column]) for name, *columns in rows if columns[column] != "-"}
