"""A roster as an office would send it."""


def roster(*rows) -> bytes:
    """A CSV file of these ``(card number, name, post)``, in the delegation of the tests' factories."""
    lines = ["新余市第十届人大代表名册,,,", "代表证号,姓名,工作单位及职务,代表团"]
    rows = rows or [("XY10-501", "欧阳清", "市第一中学教师")]
    lines += [f"{card},{name},{post},渝水区" for card, name, post in rows]
    return "\r\n".join(lines).encode("gb18030")
