"""The scripts behind the buttons of the task pane, as xlwings Server looks for them."""

import asyncio

import xlwings as xw
from xlwings_server.models import CurrentUser

from addin.portfolio import SourceSet
from addin.server.refresh import refresh_remote, told
from addin.server.settings import use_environment


@xw.script(name="Refresh the portfolio 刷新组合")
async def refresh_portfolio(book: xw.Book, user: CurrentUser) -> None:
    """Bring the workbook up to date, from the sources of the server or its own sheets."""
    sources = SourceSet.of(mapping=use_environment().mapping)
    summary = await asyncio.to_thread(refresh_remote, book, sources, user=user.name)
    book.app.alert(told(summary), title="creditcells")
