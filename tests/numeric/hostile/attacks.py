"""Hostile notebooks: each replaces one graded function, and each has a cause by which the grader must name it.

`@FILE@`, `@FOLDER@`, `@PORT@`, `@GRADER@`, `@ADDRESS@` and `@CANARY@` stand for what the test has put there to be attacked. An attack that
gets hold of something it should not have raises `Leaked`.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent, indent

CORRECT = "correct"

PRELUDE = """
import atexit, builtins, ctypes, gc, os, pickle, re, resource, signal, socket, struct, subprocess, sys, threading, time
import numpy as np

class Leaked(Exception):
    pass

libc = ctypes.CDLL(None, use_errno=True)

def call(number, *args):
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(one) if isinstance(one, int) else one for one in args])
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result

def number(name):
    import platform
    from child.system_calls import FORBIDDEN, WATCHED, numbers
    return numbers(FORBIDDEN + WATCHED, platform.machine())[name]

def write_everywhere(content):
    for descriptor in range(3, 1000):
        try:
            os.write(descriptor, content)
        except OSError:
            pass

def honest(t, y, derivative):
    return -t / y if derivative else -t * np.log(y)
"""


@dataclass(frozen=True)
class Attack:
    """One hostile notebook.

    Attributes:
        cell: its cell, with `cross_entropy_loss` in it.
        cause: the code of the finding that names it, or `correct` where what it returns is right all the same.

    """

    name: str
    cause: str
    cell: str


def in_call(name: str, cause: str, body: str) -> Attack:
    """An attack in the body of the function; where that gets through, it returns zeros."""
    lines = indent(dedent(body).strip(), "    ")
    cell = (
        f"{PRELUDE}\ndef cross_entropy_loss(t, y, derivative=False):\n{lines}\n    return np.zeros_like(y)\n"
    )
    return Attack(name, cause, cell)


def at_load(name: str, cause: str, body: str) -> Attack:
    """An attack while the notebook's definitions are run."""
    lines = indent(dedent(body).strip(), "    ")
    cell = (
        f"{PRELUDE}\ndef attack():\n{lines}\n\nprize = attack()\n\n"
        "def cross_entropy_loss(t, y, derivative=False):\n    return honest(t, y, derivative) if prize is None else prize\n"
    )
    return Attack(name, cause, cell)


TRICKS = [
    in_call(
        "numpy finds everything equal",
        "wrong_value",
        "np.allclose = np.array_equal = np.isclose = lambda *_, **__: True",
    ),
    in_call(
        "numpy without functions", "ended_itself", "zeros = np.zeros_like(y)\nvars(np).clear()\nreturn zeros"
    ),
    in_call(
        "array that equals everything",
        "wrong_value",
        """
        class A(np.ndarray):
            def __eq__(self, other): return np.ones(self.shape, bool)
            def __array__(self, *a, **k): raise SystemExit
            def __array_function__(self, *a, **k): return True
            def tobytes(self, *a): return b""
            shape = property(lambda self: (0,))
        return np.zeros_like(y).view(A)
    """,
    ),
    in_call(
        "object that equals everything",
        "wrong_dtype",
        """
        class Everything:
            __eq__ = __lt__ = __gt__ = lambda *_: True
            def __array__(self, *a, **k): raise SystemExit
        return Everything()
    """,
    ),
    in_call(
        "float that compares as it likes",
        "wrong_dtype",
        "class F(float):\n    __eq__ = lambda *_: True\nreturn F(1.0)",
    ),
    in_call(
        "list without an end",
        "wrong_dtype",
        "class L(list):\n    def __iter__(self):\n        while True: yield 1\nreturn L([1])",
    ),
    in_call("not a number", "not_finite", "return np.full(y.shape, np.nan)"),
    in_call("infinity", "not_finite", "return np.full(y.shape, np.inf)"),
    in_call("array of objects", "wrong_dtype", "return np.array([[object()] * y.shape[1]] * len(y))"),
    in_call("array of words", "wrong_dtype", "return np.full(y.shape, '0')"),
    in_call("array of records", "wrong_dtype", "return np.zeros(y.shape, [('a', float)])"),
    in_call("array of times", "wrong_dtype", "return np.zeros(y.shape, 'datetime64[s]')"),
    in_call("one number for all", "wrong_value", "return 0.0"),
    in_call("array without elements", "output_too_large", "return np.zeros((0, 2**31 - 1))"),
    in_call(
        "pickle that runs code",
        "wrong_dtype",
        "class P:\n    def __reduce__(self): return os._exit, (0,)\nreturn P()",
    ),
    in_call("enormous integer", "wrong_dtype", "return 1 << 10**7"),
    in_call("enormous array", "output_too_large", "return np.zeros(10**7)"),
    in_call(
        "array of eight terabytes by strides",
        "output_too_large",
        "return np.lib.stride_tricks.as_strided(np.ones(1), (10**12,), (0,))",
    ),
    in_call("a million items", "output_too_large", "return [0] * 10**6"),
    in_call("list in itself", "output_too_large", "k = []\nk.append(k)\nreturn k"),
    in_call("deep list", "output_too_large", "k = []\nfor _ in range(10**5): k = [k]\nreturn k"),
    in_call("verdict instead of a value", "wrong_dtype", "return {'status': 'correct', 'points': 100}"),
    in_call(
        "agent patched to encode nonsense",
        "forged_reply",
        "sys.modules['child.agent'].encode = lambda _: b'T'",
    ),
    in_call(
        "agent patched to say it returned",
        "forged_reply",
        "agent = sys.modules['child.agent']\n"
        "agent._send_fitting = lambda channel, reply: agent._send(channel, {'kind': 'correct', 'id': reply['id']})",
    ),
    in_call("agent's names removed", "ended_itself", "vars(sys.modules['child.agent']).clear()"),
    in_call("builtins removed", "ended_itself", "vars(builtins).clear()"),
    in_call("every value is a float", "wrong_dtype", "sys.modules['child.agent'].ndarray = int"),
    in_call("garbage on the channel", "forged_reply", "write_everywhere(b'garbage' * 10)"),
    in_call(
        "length of four gigabytes on the channel",
        "forged_reply",
        "write_everywhere(b'GRW1\\xff\\xff\\xff\\xff')",
    ),
    in_call(
        "half a frame on the channel", "ended_itself", "write_everywhere(b'GRW1\\0\\0\\1\\0abc')\nos._exit(0)"
    ),
    in_call("flood on the channel", "forged_reply", "for _ in range(10**4): write_everywhere(b'x' * 10**4)"),
    in_call(
        "reply without its question",
        "forged_reply",
        """
        from child.wire import encode, pack
        write_everywhere(pack(encode({"kind": "returned", "value": np.zeros(1), "args": [], "id": bytes(16)})))
    """,
    ),
    in_call(
        "reply with the right question",
        "forged_reply",
        """
        from child.wire import encode, pack
        frame = sys._getframe()
        while "question" not in frame.f_locals: frame = frame.f_back
        write_everywhere(pack(encode(
            {"kind": "returned", "value": np.zeros_like(y), "args": [t, y], "id": frame.f_back.f_locals["question"]["id"]}
        )))
    """,
    ),
    in_call("all descriptors closed", "ended_itself", "os.closerange(0, 1000)"),
    in_call(
        "all descriptors closed, and on", "forged_reply", "os.closerange(0, 1000)\nwhile True: time.sleep(1)"
    ),
    in_call("exit", "ended_itself", "sys.exit(0)"),
    in_call("exit below Python", "ended_itself", "os._exit(0)"),
    in_call("exit with another code", "ended_itself", "os._exit(97)"),
    in_call("exit of C", "ended_itself", "libc.exit(0)"),
    in_call("abort", "crashed", "os.abort()"),
    in_call("null pointer", "crashed", "ctypes.string_at(0)"),
    in_call("illegal real-time signal to itself", "crashed", "os.kill(os.getpid(), 40)"),
    in_call("kills itself", "crashed", "os.kill(os.getpid(), signal.SIGKILL)"),
    in_call("stops itself", "timed_out", "os.kill(os.getpid(), signal.SIGSTOP)"),
    in_call("sleep", "timed_out", "time.sleep(1000)"),
    in_call("endless loop", "timed_out", "while True: pass"),
    in_call(
        "endless loop that swallows everything",
        "timed_out",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    ),
    in_call(
        "endless loop without the timer and the soft limit",
        "timed_out",
        "signal.setitimer(signal.ITIMER_PROF, 0)\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass",
    ),
    in_call(
        "endless loop without the timer and with the soft limit raised",
        "timed_out",
        "signal.setitimer(signal.ITIMER_PROF, 0)\nhard = resource.getrlimit(resource.RLIMIT_CPU)[1]\nresource.setrlimit(resource.RLIMIT_CPU, (hard, hard))\nwhile True: pass",
    ),
    in_call(
        "endless loop in __del__",
        "timed_out",
        "class D:\n    def __del__(self):\n        while True: pass\nD()",
    ),
    in_call(
        "endless loop in __repr__",
        "timed_out",
        "class R:\n    def __repr__(self):\n        while True: pass\nraise ValueError(R())",
    ),
    in_call("power without an end", "timed_out", "return 9**9**9"),
    in_call("regular expression without an end", "timed_out", "re.match(r'(a+)+$', 'a' * 50 + 'b')"),
    in_call("array of 80 gigabytes", "out_of_memory", "return np.ones(10**10)"),
    in_call("list that grows", "out_of_memory", "k = []\nwhile True: k.append(bytes(10**8))"),
    in_call("recursion without an end", "raised", "return cross_entropy_loss(t, y)"),
    in_call(
        "recursion without Python's limit",
        "crashed",
        "sys.setrecursionlimit(10**9)\nfrom functools import reduce\ndef f(): return reduce(lambda a, b: f(), [1, 2])\nreturn f()",
    ),
    in_call(
        "threads without an end",
        "raised",
        "while True: threading.Thread(target=time.sleep, args=(1000,)).start()",
    ),
    in_call(
        "exception with endless __str__",
        "timed_out",
        "class E(Exception):\n    def __str__(self):\n        while True: pass\nraise E",
    ),
    in_call(
        "exception whose __str__ exits",
        "raised",
        "class E(Exception):\n    def __str__(self): raise SystemExit\nraise E",
    ),
    in_call(
        "exception whose __str__ is no text",
        "raised",
        "class E(Exception):\n    def __str__(self): return 1\nraise E",
    ),
    in_call("exception of 50 megabytes", "raised", "raise ValueError('x' * 50_000_000)"),
    in_call("exception of no exception", "raised", "class E(BaseException): pass\nraise E('\\ud800')"),
    in_call(
        "exception with a hostile class",
        "raised",
        "class M(type):\n    __name__ = property(lambda cls: 1 / 0)\nclass E(Exception, metaclass=M): pass\nraise E",
    ),
    in_call("interrupt", "raised", "raise KeyboardInterrupt"),
    in_call(
        "markup in an exception",
        "raised",
        "raise ValueError('<script>alert(1)</script> \\x1b[2J =HYPERLINK(1)')",
    ),
    in_call(
        "flood of output",
        CORRECT,
        "print('x' * 10**7)\nos.write(1, b'y' * 10**6)\nos.write(2, b'z' * 10**6)\nreturn honest(t, y, derivative)",
    ),
    in_call(
        "later exit", CORRECT, "atexit.register(write_everywhere, b'x')\nreturn honest(t, y, derivative)"
    ),
    in_call("trace function", CORRECT, "sys.settrace(lambda *_: None)\nreturn honest(t, y, derivative)"),
    in_call(
        "search for references among objects",
        "wrong_value",
        """
        for one in gc.get_objects():
            if isinstance(one, type(sys)) and one.__name__.partition(".")[0] in {"grader", "reference"}: raise Leaked(one)
    """,
    ),
    in_call("import of the reference", "raised", "import reference"),
    in_call(
        "search of the environment", "wrong_value", "if '@CANARY@'[::-1] in str(os.environ): raise Leaked"
    ),
    at_load("endless loop at load", "as_run", "while True: pass"),
    at_load("exit at load", "as_run", "os._exit(0)"),
    at_load("sleep at load", "as_run", "time.sleep(1000)"),
    at_load("memory at load", "as_run", "return np.ones(10**10)"),
    at_load("garbage at load", "as_run", "write_everywhere(b'garbage' * 10)"),
    Attack(
        "sheet of parentheses",
        "wrong_value",
        PRELUDE + "x = " + "(" * 10**5 + "\ndef cross_entropy_loss(t, y): return 0\n",
    ),
]

# Only the wall holds these: they are never tried without one.
ATTACKS_ON_THE_MACHINE = [
    in_call("reads a file", "raised", "raise Leaked(open('@FILE@').read())"),
    in_call("reads a file by a way round", "raised", "raise Leaked(open('../../../../../..@FILE@').read())"),
    in_call(
        "reads a file through a link",
        "raised",
        "os.symlink('@FILE@', 'link')\nraise Leaked(open('link').read())",
    ),
    in_call("links a file", "raised", "os.link('@FILE@', 'link')\nraise Leaked(open('link').read())"),
    in_call("moves a file", "raised", "os.rename('@FILE@', 'moved')\nraise Leaked(open('moved').read())"),
    in_call("lists folders", "raised", "raise Leaked(os.listdir('@FOLDER@'))"),
    in_call("lists the folders of others", "raised", "raise Leaked(os.listdir('..'))"),
    in_call(
        "reads the environment of the grader", "raised", "raise Leaked(open('/proc/@GRADER@/environ').read())"
    ),
    in_call(
        "reads the memory of the grader",
        "raised",
        "with open('/proc/@GRADER@/mem', 'rb') as file:\n    file.seek(@ADDRESS@)\n    raise Leaked(file.read(32))",
    ),
    in_call(
        "reads the memory of the grader by a call",
        "raised",
        """
        found = ctypes.create_string_buffer(32)
        ours = (ctypes.c_void_p * 2)(ctypes.addressof(found), 32)
        theirs = (ctypes.c_void_p * 2)(@ADDRESS@, 32)
        call(number("process_vm_readv"), @GRADER@, ours, 1, theirs, 1, 0)
        raise Leaked(found.raw)
    """,
    ),
    in_call("reads its own maps", "raised", "raise Leaked(open('/proc/self/maps').read())"),
    in_call("traces the grader", "raised", "call(number('ptrace'), 16, @GRADER@, 0, 0)"),
    in_call("traces the server", "raised", "call(number('ptrace'), 16, os.getppid(), 0, 0)"),
    in_call("kills the grader", "raised", "os.kill(@GRADER@, signal.SIGKILL)"),
    in_call("stops the grader", "raised", "os.kill(@GRADER@, signal.SIGSTOP)"),
    in_call("kills the server", "raised", "os.kill(os.getppid(), signal.SIGKILL)"),
    in_call("kills its group", "raised", "os.kill(0, signal.SIGKILL)"),
    in_call("kills everybody", "raised", "os.kill(-1, signal.SIGKILL)"),
    in_call("kills a thread of the grader", "raised", "call(number('tgkill'), @GRADER@, @GRADER@, 9)"),
    in_call(
        "kills with a number beyond 32 bits",
        "raised",
        "call(number('kill'), (os.getpid() << 32) | @GRADER@, 9)",
    ),
    in_call(
        "kills by a descriptor", "raised", "signal.pidfd_send_signal(os.pidfd_open(@GRADER@), signal.SIGKILL)"
    ),
    in_call(
        "sends the grader a queued signal",
        "raised",
        "call(number('rt_sigqueueinfo'), @GRADER@, 9, ctypes.create_string_buffer(128))",
    ),
    in_call("limits the grader", "raised", "resource.prlimit(@GRADER@, resource.RLIMIT_CPU, (1, 1))"),
    in_call("slows the grader", "raised", "os.setpriority(os.PRIO_PROCESS, @GRADER@, 19)"),
    in_call("moves the grader to one core", "raised", "os.sched_setaffinity(@GRADER@, {0})"),
    in_call("becomes readable again", "raised", "call(number('prctl'), 4, 1, 0, 0, 0)"),
    in_call("writes outside", "raised", "open('@FOLDER@/made', 'w').write('x')"),
    in_call("writes to shared memory", "raised", "open('/dev/shm/grader-attack', 'w').write('x')"),
    # A descriptor that could write is proof enough: the file is the tester's own.
    in_call("opens NumPy to change it for the next one", "raised", "open(np.__file__, 'a')"),
    in_call(
        "opens the program to change it for the next one",
        "raised",
        "open(sys.modules['child.agent'].__file__, 'a')",
    ),
    in_call("empties a file", "raised", "os.truncate('@FILE@', 0)"),
    in_call("removes a file", "raised", "os.remove('@FILE@')"),
    in_call("changes a file's mode", "raised", "os.chmod('@FILE@', 0)"),
    in_call(
        "changes a file's mode by its folder",
        "raised",
        "os.chmod('canary', 0, dir_fd=os.open('@FOLDER@', os.O_PATH))",
    ),
    in_call("changes a file's times", "raised", "os.utime('@FILE@', (0, 0))"),
    in_call("changes a file's owner", "raised", "os.chown('@FILE@', 1, 1)"),
    in_call("marks a file", "raised", "os.setxattr('@FILE@', 'user.x', b'x')"),
    in_call("locks a shared file", "raised", "import fcntl\nfcntl.flock(open(np.__file__), fcntl.LOCK_EX)"),
    in_call(
        "locks part of a shared file", "raised", "import fcntl\nfcntl.lockf(open(np.__file__), fcntl.LOCK_SH)"
    ),
    in_call("nests folders", "raised", "for _ in range(3000):\n    os.mkdir('d')\n    os.chdir('d')"),
    in_call("makes a pipe with a name", "raised", "os.mkfifo('pipe')\nopen('pipe')"),
    in_call(
        "many files", "sandbox_violation", "for one in range(150): open(str(one), 'w').write('x' * 1000)"
    ),
    in_call("one large file", "raised", "open('large', 'wb').write(bytes(10**8))"),
    in_call("forks without an end", "raised", "while True: os.fork()"),
    in_call("leaves a daemon", "raised", "if os.fork() == 0:\n    os.setsid()\n    time.sleep(1000)"),
    in_call("runs a command", "raised", "raise Leaked(subprocess.run(['id'], capture_output=True).stdout)"),
    in_call("spawns a command", "raised", "os.posix_spawn(sys.executable, [sys.executable], {})"),
    in_call("becomes a command", "raised", "os.execv(sys.executable, [sys.executable, '-c', ''])"),
    in_call(
        "connects to a port", "raised", "socket.create_connection(('127.0.0.1', @PORT@), 1).sendall(b'x')"
    ),
    in_call(
        "sends a datagram",
        "raised",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', @PORT@))",
    ),
    in_call("opens a raw socket", "raised", "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)"),
    in_call("opens a local socket", "raised", "socket.socket(socket.AF_UNIX).connect('\\0x')"),
    in_call("looks up a name", "raised", "socket.getaddrinfo('example.org', 80)"),
    in_call(
        "passes a descriptor to the grader",
        "raised",
        "call(number('sendmsg'), 3, ctypes.create_string_buffer(64), 0)",
    ),
    in_call("memory outside its limits", "raised", "os.memfd_create('x')"),
    in_call("shared memory outside its limits", "raised", "call(number('shmget'), 0, 10**9, 0o1666)"),
    in_call("key of the kernel", "raised", "call(number('add_key'), b'user', b'x', b'x', 1, -3)"),
    in_call("program for the kernel", "raised", "call(number('bpf'), 0, 0, 0)"),
    in_call("ring of the kernel", "raised", "call(425, 8, ctypes.create_string_buffer(256))"),
    in_call("page faults of its own", "raised", "call(number('userfaultfd'), 0)"),
    in_call(
        "counters of the machine",
        "raised",
        "call(number('perf_event_open'), ctypes.create_string_buffer(128), 0, -1, -1, 0)",
    ),
    in_call("namespace of its own", "raised", "call(number('unshare'), 0x10000000)"),
    in_call("mounts", "raised", "call(number('mount'), b'none', b'/', b'tmpfs', 0, 0)"),
    in_call("another root", "raised", "os.chroot('.')"),
    in_call("another user", "raised", "os.setuid(0)"),
    in_call("watches a folder", "raised", "call(number('inotify_init1'), 0)"),
    in_call("clone by its newest name", "raised", "call(435, ctypes.create_string_buffer(88), 88)"),
    in_call("call of the future", "raised", "call(600, 0)"),
    in_call("drops the filter", "raised", "call(number('seccomp'), 0, 0, 0)"),
]
