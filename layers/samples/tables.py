"""The tables of the park's project: what the source states of economy, financing and procedure."""

from __future__ import annotations

import pandas as pd

from layers.samples.rows import PARK


def indicators() -> pd.DataFrame:
    """Economy and financing, as the source states them."""
    output, text = "2024年;见来源二(三)", "来源二(三)未另载年份,与2024年产值同段"
    rows = [
        (2024, "employees", 1035, "人", text),
        (2024, "enterprises", 37, "户", text),
        (2024, "enterprises_above_scale", 7, "户", text),
        (2024, "output_yuan", 2_484_000_000, "元", output),
        (2024, "revenue_yuan", 2_773_000_000, "元", output),
        (2025, "financing_total_yuan", 2_048_000_000, "元", "截至2025年上半年累计;来源二(二)"),
        (2025, "financing_share:bank_loans", 0.525, "", "银行贷款;来源二(二)"),
        (2025, "financing_share:special_bonds", 0.205, "", "专项债券;来源二(二)"),
        (2025, "financing_share:fiscal", 0.062, "", "各类财政支持;来源二(二);其余20.8%来源未载"),
    ]
    columns = ["年份", "指标", "数值", "单位", "说明"]
    frame = pd.DataFrame([(year, name, f"{value}", *rest) for year, name, value, *rest in rows], columns=columns)
    return frame.assign(园区名称=PARK, 来源="临沧市工信局答复 2025-07-25")


def documents() -> pd.DataFrame:
    """The steps that the source names. It gives no days: dates stay empty, the note says what is known."""
    rows = [
        ("argumentation", "", "", "", "已编制,来源三(一)未载文号与日期"),
        ("construction-plan", "", "", "", "已编制,来源三(一)未载文号与日期"),
        ("request", "", "临沧市人民政府", "", "2024年7月上报省人民政府,日未载"),
        ("approval", "云政复〔2025〕3号", "云南省人民政府", "yes", "2025年3月批复,日未载"),
        ("catalogue-listing", "", "", "pending", "已向国家发展改革委申请列入目录,日期未载"),
        ("master-plan", "", "", "", "已编制,日期未载"),
        ("plan-eia", "", "", "", "已编制,日期未载"),
        ("county-review", "", "", "pending", "县级评审进行中,日期未载"),
    ]
    frame = pd.DataFrame(
        [(kind, number, "", authority, result, note) for kind, number, authority, result, note in rows],
        columns=["文件类型", "文号", "日期", "发文机关", "结果", "说明"],
    )
    return frame.assign(园区名称=PARK)
