"""What the buttons say, in English and Chinese."""

from __future__ import annotations

from typing import Final

TEXTS: Final = {
    "en": {
        "save": "Save the new workbook as",
        "customers": "Customers (cancel: keep those of the workbook)",
        "loans": "Loans (cancel: keep those of the workbook)",
        "transactions": "Transactions (cancel: keep those of the workbook)",
        "mapping": "The mapping file",
        "location": "Source {name}: the file, or the database's SQLAlchemy URL",
        "no_source": "No source was chosen; nothing was changed.",
        "working": "creditcells: {step} …",
        "as_of": "Figures as of {day}.",
        "table": "{table}: {read:,} rows read, {kept:,} kept, {left_out:,} left out ({source})",
        "tier": "{tier}: {customers:,} customers, {exposure:,.0f} 万元, expected loss {loss:,.1f} 万元",
        "no_tier": "without a tier",
        "faults": "{count:,} entries on the data check.",
        "previous": "Migration is measured against the snapshot of {day}.",
        "unreconciled": "{count} rows are not accounted for: please report this as a fault.",
        "overflow": "The data check did not fit on its sheet; all entries are in {file}.",
        "backup": "The workbook as it was before is in {file}.",
        "unsupported": (
            "{name} cannot be checked: only .xlsx and .xlsm workbooks can. Save it as one of them "
            "first."
        ),
        "no_findings": "Nothing was found.",
        "findings": "{count} findings.",
        "no_cells": "Select cells on a sheet first.",
        "no_reasons": "No function with reasons, such as CR_GRADE, stands in these cells.",
        "first_rows": "Reasons of the first {count} rows of the selection; select the others for theirs.",
        "freeze": (
            "Our formulas in this workbook become values. They are kept on a hidden sheet, from "
            "which Thaw brings them back; whoever gets the workbook can read them there. Go on?"
        ),
        "changed": "{count:,} formulas changed.",
        "refused": "Excel refused: {reason}",
        "protected": "Protected sheets: {sheets}. Unprotect those that are to change (Review).",
        "settings": (
            "Python: {python}\nSettings: {file}\nAdd-in: {addin}\n"
            "creditcells {version}, xlwings {xlwings}\n\n"
            "`creditcells addin doctor` examines the installation."
        ),
        "help": (
            "creditcells {version}\n\nType =CR_ in a cell, or press Browse, for all functions. "
            "Why? tells the reasons behind the selected cells; =CR_LASTERROR(A1) tells the "
            'reason behind an error; =CR_POLICY("grade_scale") shows a policy table.'
        ),
    },
    "zh": {
        "save": "新工作簿另存为",
        "customers": "客户数据（取消则保留工作簿中的数据）",
        "loans": "贷款数据（取消则保留工作簿中的数据）",
        "transactions": "交易数据（取消则保留工作簿中的数据）",
        "mapping": "映射文件",
        "location": "数据来源 {name}：文件路径，或数据库的 SQLAlchemy 地址",
        "no_source": "没有选择数据来源，未作任何更改。",
        "working": "creditcells：{step} ……",
        "as_of": "基准日 {day}。",
        "table": "{table}：读入 {read:,} 行，保留 {kept:,} 行，剔除 {left_out:,} 行（{source}）",
        "tier": "{tier}：{customers:,} 户，敞口 {exposure:,.0f} 万元，预期损失 {loss:,.1f} 万元",
        "no_tier": "未分层",
        "faults": "数据检查共 {count:,} 条。",
        "previous": "迁徙以 {day} 的快照为基准。",
        "unreconciled": "有 {count} 行去向不明，请作为程序问题上报。",
        "overflow": "数据检查超出工作表容量，全部条目见 {file}。",
        "backup": "更改前的工作簿保存在 {file}。",
        "unsupported": "无法检查 {name}：只能检查 .xlsx 和 .xlsm 工作簿，请先另存为其中一种格式。",
        "no_findings": "没有发现问题。",
        "findings": "共 {count} 项。",
        "no_cells": "请先在工作表中选择单元格。",
        "no_reasons": "所选单元格没有可说明理由的函数（如 CR_GRADE）。",
        "first_rows": "以下为所选区域前 {count} 行的理由；如需其余各行，请另行选择。",
        "freeze": (
            "本工作簿中的函数公式将转为数值。公式保存在隐藏工作表中，可用“恢复公式”还原；"
            "收到工作簿的人可以在该表中看到公式。是否继续？"
        ),
        "changed": "已更改 {count:,} 个公式。",
        "refused": "Excel 拒绝了操作：{reason}",
        "protected": "受保护的工作表：{sheets}。请先在“审阅”中撤消需要更改的工作表的保护。",
        "settings": (
            "Python：{python}\n设置：{file}\n加载项：{addin}\n"
            "creditcells {version}，xlwings {xlwings}\n\n"
            "可用 `creditcells addin doctor` 检查安装。"
        ),
        "help": (
            "creditcells {version}\n\n在单元格中输入 =CR_ 或点击“函数浏览”可查看全部函数。"
            "“为什么？”说明所选单元格的理由；=CR_LASTERROR(A1) 说明错误的原因；"
            '=CR_POLICY("grade_scale") 展开政策表。'
        ),
    },
}
"""By language: each button's questions and messages."""

STEPS_ZH: Final = {
    "reading the sources": "读取数据",
    "writing the tables": "写入数据表",
    "computing": "计算",
    "keeping the snapshot": "保存快照",
    "computing the totals": "汇总",
}
"""The steps of a refresh in Chinese."""
