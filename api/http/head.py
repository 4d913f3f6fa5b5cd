"""HEAD answers as GET does, its reading written down like any other, and sends no body."""

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Head:
    """Asks inward for GET. A body that would come in parts ends with the first of them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        asked, ended = {**scope, "method": "GET"}, False
        answering = anyio.CancelScope()

        async def sending(message: Message) -> None:
            nonlocal ended
            if message["type"] != "http.response.body":
                await send(message)
            elif not ended:
                ended = True
                await send({"type": "http.response.body", "body": b""})
                if message.get("more_body"):
                    answering.cancel()

        try:
            with answering:
                await self._app(asked, receive, sending)
        finally:
            scope["route"] = asked.get("route")
