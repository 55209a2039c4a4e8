"""One page about a run, for whoever looks after the nightly job."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final

from addin.bank.pace import Pace, clock
from addin.bank.summary import RunSummary
from workbook_templates.fields import TABLES
from workbook_templates.language import Speaker, language
from workbook_templates.portfolio.layout import SHEETS

_STYLE: Final = (
    "body{font:14px/1.4 Arial,'Microsoft YaHei',sans-serif;color:#1F2A37;max-width:52em;"
    "margin:2em auto}h1{font-size:20px;color:#17324D}h2{font-size:15px;color:#0F6E84;"
    "margin-bottom:.3em}table{border-collapse:collapse}th,td{border:1px solid #CBD5DF;"
    "padding:.2em .8em;text-align:right}th:first-child,td:first-child{text-align:left}"
    "th{background:#EEF2F6}@page{size:A4;margin:12mm}"
)


def write_report(file: Path, summary: RunSummary, pace: Pace, now: dt.datetime) -> None:
    """Write the report as a page that any browser shows and prints."""
    lang = language(summary.lang)
    say = Speaker(lang)
    title = say("Run report", "运行报告")
    about = say(
        f"Finished {now:%Y-%m-%d %H:%M}; figures as of {summary.as_of}; policy {summary.policy} "
        f"({summary.fingerprint}); {summary.customers:,} customers.",
        f"完成时间 {now:%Y-%m-%d %H:%M}；基准日 {summary.as_of}；政策 {summary.policy}"
        f"（{summary.fingerprint}）；客户 {summary.customers:,} 户。",
    )
    parts = [
        f"<h1>{escape(title)}</h1><p>{escape(about)}</p>",
        _table(
            say("Rows", "数据行"),
            [say("Table", "数据表"), say("Read", "读入"), say("Kept", "保留"), say("Left out", "剔除")],
            [_rows(summary, name) for name in TABLES],
        ),
        _table(
            say("Tiers (money in CNY 10k)", "分层（金额单位：万元）"),
            [say("Risk tier", "风险层级"), say("Customers", "客户数"), say("Exposure", "敞口"),
             say("Expected loss", "预期损失"), say("Average PD", "平均违约概率")],
            [
                [line.tier or say("no tier", "未分层"), f"{line.customers:,}",
                 f"{line.exposure:,.0f}", f"{line.expected_loss:,.1f}",
                 "" if line.average_pd is None else f"{line.average_pd:.2%}"]
                for line in summary.tiers
            ],
        ),
        _table(
            say("Steps", "步骤"),
            [say("Step", "步骤"), say("Rows", "行数"), say("Time", "用时"), say("Rows per second", "每秒行数")],
            [
                [name, f"{pace.rows[name]:,}", clock(spent),
                 f"{pace.rows[name] / spent:,.0f}" if spent and pace.rows[name] else ""]
                for name, spent in pace.seconds.items()
            ],
        ),
        f"<p>{escape(_findings(summary, say))}</p>",
    ]  # fmt: skip
    html = (
        f'<!doctype html><html lang="{"zh-CN" if lang == "zh" else "en"}"><head>'
        f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style></head>'
        f"<body>{''.join(parts)}</body></html>\n"
    )
    file.write_text(html, encoding="utf-8")


def _rows(summary: RunSummary, name: str) -> list[str]:
    read, out = summary.rows_of(name)
    title = SHEETS[name][summary.lang]
    return [title, f"{read:,}", f"{read - out:,}", f"{out:,}"]


def _findings(summary: RunSummary, say: Speaker) -> str:
    cells = sum(summary.errors.values())
    return say(
        f"{summary.faults:,} entries on the data check (rejects.parquet); {cells:,} cells of the "
        f"results hold an error (column remarks); {summary.watched:,} customers on the watch list.",
        f"数据检查 {summary.faults:,} 条（rejects.parquet）；结果中错误值 {cells:,} 个"
        f"（remarks 列）；关注名单 {summary.watched:,} 户。",
    )


def _table(title: str, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(text)}</th>" for text in headers)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<h2>{escape(title)}</h2><table><tr>{head}</tr>{body}</table>"
