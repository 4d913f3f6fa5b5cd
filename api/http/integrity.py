"""Headers that tell what does not fit what was signed, and what the last `verify` found. Bodies and tags stay."""

from datetime import UTC, datetime

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.integrity import last_result, warnings
from api.main import App

MISFIT, VERIFIED = "Tidui-Misfit", "Tidui-Verified"


class Integrity:
    """Stands before every route."""

    def __init__(self, app: ASGIApp, opened: App) -> None:
        self._app, self._opened = app, opened

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                mark(MutableHeaders(scope=message), self._opened)
            await send(message)

        await self._app(scope, receive, sending)


def mark(headers: MutableHeaders, opened: App) -> None:
    """What does not fit, by its code; when the last `verify` was, and whether it held."""
    result = last_result(opened.home.verified)
    if wanting := warnings(opened.home, opened.ledger.misfit):
        headers[MISFIT] = ", ".join(one.what for one in wanting)
    if result is None:
        headers[VERIFIED] = "never"
        return
    age = int(result.age(datetime.now(UTC)).total_seconds())
    headers[VERIFIED] = f"{'ok' if result.ok else 'failed'}; at={result.at:%Y-%m-%dT%H:%M:%S%z}; age={age}"
