"""Debian's Chromium without a window, and everything that a page tries in it."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

CHROMIUM = "/usr/bin/chromium"
DESKTOP = (1280, 900)
PHONE = (360, 740)
_ARGUMENTS = (
    "--no-sandbox",  # CI is root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--proxy-bypass-list=<-loopback>",  # requests to this machine are counted, too
)


@contextmanager
def chromium(proxy: str | None = None) -> Iterator[Browser]:
    """A Chromium with a new profile; all that it asks for goes to the proxy."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=_ARGUMENTS, proxy={"server": proxy} if proxy else None
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def counting_proxy() -> Iterator[tuple[str, list[str]]]:
    """A proxy that lets nothing through, and the list of what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def parse_request(self) -> bool:
            """Whatever the method, note it and let it not through."""
            if super().parse_request():
                asked.append(f"{self.command} {self.path}")
                self.send_error(403)
            return False

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Visit:
    """A page that is shown, and what it did meanwhile that it should not."""

    def __init__(
        self,
        browser: Browser,
        size: tuple[int, int],
        *,
        dark: bool = False,
        script: bool = True,
        bypass_csp: bool = False,
    ) -> None:
        width, height = size
        self.context = browser.new_context(
            viewport={"width": width, "height": height},
            is_mobile=size == PHONE,
            has_touch=size == PHONE,
            device_scale_factor=2 if size == PHONE else 1,
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            bypass_csp=bypass_csp,
        )
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        """Console errors and warnings, exceptions, dialogs and windows."""
        self.requests: list[str] = []
        """Besides the page itself."""
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"exception: {error}"))
        self.page.on("dialog", self._on_dialog)
        self.page.on("popup", lambda popup: self.complaints.append(f"window: {popup.url}"))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def show(self, path: Path) -> Page:
        url = path.resolve().as_uri()
        self.page.goto(url)
        self.page.wait_for_load_state("networkidle")
        self.requests = [asked for asked in self.requests if asked != url and not asked.startswith("data:")]
        return self.page

    def close(self) -> None:
        self.context.close()

    def _on_console(self, message: object) -> None:
        kind, text = getattr(message, "type", "?"), getattr(message, "text", "?")
        self.complaints.append(f"console {kind}: {text}")

    def _on_dialog(self, dialog: object) -> None:
        self.complaints.append(f"dialog: {getattr(dialog, 'message', '?')}")
        dialog.dismiss()  # type: ignore[attr-defined]
