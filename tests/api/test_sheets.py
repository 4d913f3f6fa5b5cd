"""Sheets as people keep them: read as they stand, or refused by cell; never altered, never larger than lists are."""

from __future__ import annotations

import codecs
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from api.sheet_file import Rows
from api.sheets import table
from api.sheets.reader import read_sheets
from api.staff_file import read_staff
from domain.errors import Malformed
from exports.worker_process import Limits

HEADER = ("姓名", "性别", "出生日期", "工号")
FIRST = ("郑一", "男", "1988-02-29", "X1")
CSV = "姓名,性别,出生日期,工号\n郑一,男,1988-02-29,X1\n"
Read = Callable[[bytes | str], Rows]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def run(content: bytes | str) -> Rows:
        path = tmp_path / "名单.xlsx"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_staff(path)

    return run


@pytest.fixture
def refused(read: Read) -> Callable[[bytes | str], str]:
    """Both languages of the refusal."""

    def run(content: bytes | str) -> str:
        with pytest.raises(Malformed) as error:
            read(content)
        return f"{error.value.zh}\n{error.value.en}"

    return run


def book(fill: Callable[[Workbook, Worksheet], Any], *rows: tuple[Any, ...], header: tuple[str, ...] = HEADER) -> bytes:
    """A workbook with a list on its first sheet, to which a test adds what is odd."""
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as made:
        sheet = made.add_worksheet("名单")
        for number, row in enumerate((header, *(rows or (FIRST,)))):
            sheet.write_row(number, 0, row)
        fill(made, sheet)
    return content.getvalue()


def parts(**changed: str) -> bytes:
    """A small workbook by hand, some of its parts replaced."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    given = {
        "_rels/.rels": f'<Relationships><Relationship Id="a" Type="{related}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook {space} xmlns:r="{related}"><sheets><sheet name="a" sheetId="1" r:id="s"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="s" Type="{related}/worksheet" '
        'Target="sheet.xml"/></Relationships>',
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in (given | {"xl/sheet.xml": worksheet()} | changed).items():
            packed.writestr(name, text)
    return content.getvalue()


def sharing(texts: str, cells: str = "") -> bytes:
    """The same with texts that cells share."""
    related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(io.BytesIO(parts())) as packed:
        listing = packed.read("xl/_rels/workbook.xml.rels").decode()
    more = f'<Relationship Id="t" Type="{related}/sharedStrings" Target="s.xml"/></Relationships>'
    listing = listing.replace("</Relationships>", more)
    changed = {"xl/_rels/workbook.xml.rels": listing, "xl/s.xml": f"<sst>{texts}</sst>"}
    return parts(**changed, **{"xl/sheet.xml": worksheet(cells=cells)})


def worksheet(more: str = "", *, cells: str = "", before: str = "") -> str:
    """The XML of a sheet that holds the list, `cells` in a third row, `before` and `more` around the rows."""
    lines = "".join(f"<row>{''.join(map(inline, row))}</row>" for row in (HEADER, FIRST))
    return f"<worksheet>{before}<sheetData>{lines}{cells}</sheetData>{more}</worksheet>"


def inline(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def sheet(more: str = "", *, cells: str = "", before: str = "") -> bytes:
    return parts(**{"xl/sheet.xml": worksheet(more, cells=cells, before=before)})


def nothing(*_: object) -> None: ...


def noted(rows: Rows) -> str:
    return "\n".join(f"{note.zh}\n{note.en}" for note in rows.notes)


def test_a_plain_list_is_read_without_a_word(read: Read) -> None:
    for content in (CSV, book(nothing), sheet()):
        rows = read(content)
        assert [row.data["staff_number"] for row in rows] == ["X1"]
        assert rows.notes == ()


# --- cells ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [20240301000123456, 1234567890123456, 1e20])
def test_a_number_that_has_lost_digits_is_refused(refused: Callable[..., str], value: float) -> None:
    told = refused(book(lambda _, one: one.write_number("D2", value)))
    assert "第 2 行 D2：数字超过 15 位" in told
    assert "Row 2, D2: a number of more than 15 digits" in told


@pytest.mark.parametrize("value", [202403010001, 7, 123456789012345])
def test_a_number_that_lost_nothing_is_its_digits(read: Read, value: int) -> None:
    assert read(book(lambda _, one: one.write_number("D2", value)))[0].data["staff_number"] == str(value)


def test_a_number_that_shows_other_digits_than_it_stores_is_refused(refused: Callable[..., str]) -> None:
    def padded(made: Workbook, one: Worksheet) -> None:
        one.write_number("D2", 123, made.add_format({"num_format": "00000"}))

    assert "D2：数字格式使显示与所存的 123 不同" in refused(book(padded))
    assert "D2：数字 1988.1 带小数" in refused(book(lambda _, one: one.write_number("D2", 1988.1)))


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!"])
def test_an_error_cell_is_refused_by_its_name(refused: Callable[..., str], error: str) -> None:
    cell = f'<row r="3"><c r="D3" t="e"><v>{error}</v></c></row>'
    told = refused(sheet(cells=cell))
    assert f"第 3 行 D3：错误值 {error}" in told
    assert f"Row 3, D3: the error {error}" in told
    assert f"是错误值 {error}" in refused(CSV.replace("X1", error))


def test_a_formula_without_its_value_is_refused_and_one_with_it_is_read(
    read: Read, refused: Callable[..., str]
) -> None:
    without = '<row r="2"><c r="D2"><f>A1</f></c></row>'
    assert "D3：公式没有算出的值" in refused(sheet(cells=without.replace('"2"', '"3"').replace("D2", "D3")))
    assert read(book(lambda _, one: one.write_formula("D2", '="X"&2', value="X2")))[0].data["staff_number"] == "X2"


def test_days_in_cells_are_the_days_that_they_show(read: Read, refused: Callable[..., str]) -> None:
    def dated(form: str, value: date) -> bytes:
        return book(lambda made, one: one.write_datetime("C2", value, made.add_format({"num_format": form})))

    for form in ("yyyy-mm-dd", 'yyyy"年"m"月"d"日"', "m/d/yy", "[$-804]yyyy/m/d;@"):
        assert read(dated(form, date(1988, 2, 29)))[0].data["birth_date"] == "1988-02-29"
    assert "“1988-02”只有年月" in refused(dated('yyyy"年"m"月"', date(1988, 2, 1)))
    assert "“1988-02-29 08:30”不是日期" in refused(dated("yyyy-mm-dd hh:mm", datetime(1988, 2, 29, 8, 30)))  # noqa: DTZ001
    assert "C2：日期值 32.0 不是可用的日期" in refused(
        book(lambda made, one: one.write_number("C2", 32.0, made.add_format({"num_format": "yyyy-mm-dd"})))
    ).replace("32 不", "32.0 不")


def test_days_from_1904_are_four_years_later(read: Read) -> None:
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True, "date_1904": True}) as made:
        one = made.add_worksheet()
        one.write_row(0, 0, HEADER)
        one.write_row(1, 0, FIRST)
        one.write_datetime("C2", date(1988, 2, 29), made.add_format({"num_format": "yyyy-mm-dd"}))
    assert read(content.getvalue())[0].data["birth_date"] == "1988-02-29"


@pytest.mark.parametrize("typed", ["19880229", "1988年2月29日", "1988.02.29", "1988/2/29", "\uff11988-2-29"])
def test_a_day_as_people_type_it_is_read_and_told(read: Read, typed: str) -> None:
    rows = read(CSV.replace("1988-02-29", typed))
    assert rows[0].data["birth_date"] == "1988-02-29"
    assert f"出生日期的写法按日期读取，如 C2“{typed}”（共 1 格）" in noted(rows)
    assert f'as in C2 "{typed}" (1 cells)' in noted(rows)


@pytest.mark.parametrize(
    "typed",
    ["88-2-29", "29/02/1988", "2/29/1988", "1988-02-30", "32202", "一九八八年", "1988.2", "198802"],
)
def test_what_could_be_another_day_is_refused(refused: Callable[..., str], typed: str) -> None:
    told = refused(CSV.replace("1988-02-29", typed))
    assert "第 2 行：出生日期" in told
    assert "（C2）" in told
    assert "Row 2: birth_date (C2)" in told


def test_a_month_alone_will_do_where_forms_ask_for_no_more(read: Read) -> None:
    rows = read("姓名,性别,出生日期,入党时间\n郑一,男,1988-02-29,2010.06\n")
    assert rows[0].data["party_joined_on"] == "2010-06-01"
    assert "入党时间只写了年月，按当月 1 日登记，如 D2“2010.06”" in noted(rows)


def test_text_of_several_runs_is_whole_and_how_it_is_pronounced_is_no_part_of_it(read: Read) -> None:
    rich = '<c t="inlineStr"><is><r><t>欧阳</t></r><r><t>明</t></r><rPh sb="0" eb="1"><t>OUYANG</t></rPh></is></c>'
    rest = "".join(map(inline, ("男", "1990-01-01", "X_x0032_")))
    rows = read(sheet(cells=f"<row>{rich}{rest}</row>"))
    assert (rows[1].data["name"], rows[1].data["staff_number"]) == ("欧阳明", "X2")


def test_scientific_notation_in_text_has_lost_its_digits(refused: Callable[..., str]) -> None:
    assert "“1.10101E+17”是科学记数" in refused(CSV.replace("X1", "1.10101E+17"))


# --- the sheet ------------------------------------------------------------------------------------------------------


def test_rows_and_columns_that_are_hidden_are_read_and_told(read: Read) -> None:
    def hide(_: Workbook, one: Worksheet) -> None:
        one.set_row(2, None, None, {"hidden": True})
        one.set_column("D:D", None, None, {"hidden": True})

    rows = read(book(hide, FIRST, ("冯二", "女", "1980-01-01", "X2")))
    assert len(rows) == 2
    assert "第 3 行是隐藏的，也读入了" in noted(rows)
    assert "D 列是隐藏的，也读入了" in noted(rows)


def test_merged_cells_in_the_list_are_refused(refused: Callable[..., str]) -> None:
    told = refused(book(lambda _, one: one.merge_range("B2:B3", "男"), FIRST, ("冯二", "", "1980-01-01", "X2")))
    assert "第 2 行：合并单元格 B2:B3 只有一格有内容" in told
    assert "Row 2: of the merged cells B2:B3" in told


def test_a_title_above_the_header_is_passed_over_with_a_word(read: Read) -> None:
    def titled(merge: bool) -> bytes:
        content = io.BytesIO()
        with Workbook(content, {"in_memory": True}) as made:
            one = made.add_worksheet()
            one.merge_range("A1:D1", "教职工花名册") if merge else one.write("A1", "教职工花名册")
            one.write_row(2, 0, ("姓 名", "性别", "出生\n日期", "工号"))
            one.write_row(3, 0, FIRST)
        return content.getvalue()

    for content in (titled(merge=True), titled(merge=False)):
        rows = read(content)
        assert [(row.number, row.data["name"]) for row in rows] == [(4, "郑一")]
        assert "表头在第 3 行，上面的没有读入：教职工花名册" in noted(rows)
    assert "表头在第 2 行" in noted(read("教职工花名册,,,\n" + CSV))


def test_where_no_row_is_a_header_that_is_said(refused: Callable[..., str]) -> None:
    assert "第 1 行：须是表头" in refused("郑一,男,1988-02-29,X1\n")


def test_a_second_sheet_with_a_list_is_refused_and_any_other_is_told(read: Read, refused: Callable[..., str]) -> None:
    told = refused(book(lambda made, _: made.add_worksheet("高二").write_row(0, 0, HEADER)))
    assert "工作表 “名单”、“高二” 都有名单" in told
    rows = read(book(lambda made, _: made.add_worksheet("填表说明").write(0, 0, "请用正楷填写")))
    assert "工作表“填表说明”（1 行）没有名单的表头，没有读入" in noted(rows)
    assert read(book(lambda made, _: made.add_worksheet("空"))).notes == ()


def test_the_list_need_not_be_on_the_first_sheet(read: Read) -> None:
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as made:
        made.add_worksheet("封面").write(0, 0, "花名册")
        one = made.add_worksheet("名单")
        one.write_row(0, 0, HEADER)
        one.write_row(1, 0, FIRST)
    rows = read(content.getvalue())
    assert len(rows) == 1
    assert "“封面”" in noted(rows)


def test_columns_without_anything_are_passed_over(read: Read, refused: Callable[..., str]) -> None:
    assert len(read("姓名,性别,,出生日期,工号,,\n郑一,男,,1988-02-29,X1,,\n")) == 1
    told = refused("姓名,性别,,出生日期,工号\n郑一,男,孤,1988-02-29,X1\n")
    assert "C 列没有表头，但有内容（C2）" in told


def test_unknown_columns_are_named(refused: Callable[..., str]) -> None:
    told = refused("姓名,性别,出生日期,身份证号,手机\n郑一,男,1988-02-29,1,2\n")
    assert "没有“身份证号”这一列" in told
    assert "没有“手机”这一列" in told
    assert 'there is no column "手机" (E)' in told


def test_every_problem_is_told_at_once_up_to_a_hundred(refused: Callable[..., str]) -> None:
    rows = "".join(f"郑{n},男,明天,N{n}\n" for n in range(150))
    told = refused("姓名,性别,出生日期,工号\n" + rows)
    assert "有 150 处问题" in told
    assert "另有 50 处未列" in told


# --- bounds ---------------------------------------------------------------------------------------------------------


def test_a_stray_cell_at_the_far_corner_costs_nothing(read: Read, refused: Callable[..., str]) -> None:
    corner = '<row r="1048576"><c r="XFD1048576"{}</row>'
    assert len(read(sheet(cells=corner.format(' s="0"/>')))) == 1
    told = refused(sheet(cells=corner.format(' t="inlineStr"><is><t>x</t></is></c>')))
    assert "第 1048576 行 XFD1048576：内容远离名单" in told


def test_a_workbook_that_unpacks_to_more_than_any_list_is_given_up(refused: Callable[..., str]) -> None:
    most = table.MOST_UNPACKED
    bomb = sheet(cells="<row><c/></row>" * (most // 15 + 1))
    assert len(bomb) < 200_000
    assert f"解开后超过 {most >> 20} MiB" in refused(bomb)


def test_more_rows_than_any_list_has_are_refused(refused: Callable[..., str]) -> None:
    most = table.MOST_ROWS
    assert most >= 10_000
    assert "过大：最多" in refused(CSV + "郑一,男,1988-02-29,X1\n" * most)
    beyond = sheet(cells=f'<row r="{most + 1}">{inline("郑一")}</row>')
    assert f"第 {most + 1} 行 A{most + 1}：内容远离名单" in refused(beyond)


def test_a_text_that_many_cells_share_counts_for_each(refused: Callable[..., str]) -> None:
    """A kilobyte or two that would fill the memory when each cell is told what is wrong with it."""
    for length, count in ((table.MOST_CELL + 1, 1), (table.MOST_CELL, table.MOST_TEXT // table.MOST_CELL + 1)):
        bomb = sharing(f"<si><t>{'x' * length}</t></si>", '<row><c t="s"><v>0</v></c></row>' * count)
        assert len(bomb) < 2_000
        assert "处文字过多" in refused(bomb)


def test_a_file_that_ends_the_process_that_reads_it_ends_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    content = sharing("<si><t>甲乙丙</t></si>" * 1_000_000)
    for limits in (Limits(1, 60, 40 * 2**20), Limits(60, 0, 2**30)):
        monkeypatch.setattr("exports.worker_process._STARTING_SECONDS", 60 if limits.wall_seconds else 0)
        with pytest.raises(Malformed, match="超出读取表格的限度"):
            read_sheets("名单.xlsx", content, HEADER, limits)


def test_what_lies_in_the_current_folder_is_never_run(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("zipfile", "resource", "api", "domain"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(7)")
    monkeypatch.chdir(tmp_path)
    assert len(read(sheet())) == 1


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"xl/sheet.xml": '<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>'}, "文档类型声明"),
        ({"xl/sheet.xml": "<worksheet><sheetData>"}, "不是完好的 XLSX"),
        ({"xl/vbaProject.bin": "x"}, "含有宏"),
        ({"xl/workbook.xml": "no xml"}, "不是完好的 XLSX"),
        ({"xl/_rels/workbook.xml.rels": "<Relationships/>"}, "是空的"),
        ({"xl/sheet.xml": '<?xml version="1.0" encoding="x-unheard"?><worksheet/>'}, "不是完好的 XLSX"),
    ],
)
def test_what_is_no_plain_workbook_is_one_clear_sentence(
    refused: Callable[..., str], changed: dict[str, str], problem: str
) -> None:
    assert problem in refused(parts(**changed))


def test_old_locked_cut_off_and_other_files(refused: Callable[..., str]) -> None:
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512)
    assert "是旧版格式（.xls 或 .et）" in refused(ole)
    assert "有密码保护" in refused(ole + "EncryptedPackage".encode("utf-16-le"))
    assert "不是完好的 XLSX" in refused(book(nothing)[:2000])
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert "不是 .xlsx 工作簿" in refused(content.getvalue())
    assert "不是 CSV 文本" in refused(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe")


# --- text -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("gbk", b""), ("utf-16-le", codecs.BOM_UTF16_LE),
     ("utf-16-be", codecs.BOM_UTF16_BE)],
)  # fmt: skip
def test_text_is_read_in_what_excel_writes(read: Read, end: str, encoding: str, mark: bytes) -> None:
    rows = read(mark + CSV.replace("\n", end).encode(encoding))
    assert [(row.number, row.data["name"]) for row in rows] == [(2, "郑一")]
    assert bool(rows.notes) == (encoding == "gbk")


def test_tabs_and_semicolons_part_cells_too(read: Read) -> None:
    for mark in "\t;":
        assert len(read(CSV.replace(",", mark))) == 1


def test_gbk_that_is_utf8_as_well_is_read_as_the_chinese_it_is(read: Read) -> None:
    rows = read("name,gender,birth_date,staff_number\r\n郑一,male,1988-02-29,X1\r\n".encode("gbk"))
    assert rows[0].data["name"] == "郑一"
    assert "按 GB18030（GBK）编码读取" in noted(rows)


def test_a_file_that_is_chinese_in_two_encodings_is_a_question(refused: Callable[..., str], read: Read) -> None:
    header = "name,gender,birth_date,staff_number\n"
    both = next(text for first in range(0x4E00, 0x9FA5) for text in ((chr(first) * 2),) if _also_gb2312(text))
    row = f"{both},male,1988-02-29,X1\n"
    assert "可作两种读法" in refused((header + row).encode())
    assert read(codecs.BOM_UTF8 + (header + row).encode())[0].data["name"] == both
    assert read((header.replace("name", "姓名", 1) + row).encode())[0].data["name"] == both


def _also_gb2312(text: str) -> bool:
    try:
        text.encode().decode("gb2312")
    except UnicodeDecodeError:
        return False
    return all("\u4e00" <= one <= "\u9fff" for one in text.encode().decode("gb2312"))


def test_a_quotation_mark_that_stands_alone_swallows_no_rows(refused: Callable[..., str]) -> None:
    assert "引号没有成对" in refused(CSV + '"冯二,女,1980-01-01,X2\n褚三,男,1980-01-01,X3\n')


# --- what a cell shows otherwise than it stores ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "form", ['"T"0', '0"号"', "\\T0", 'General"x"', '[>100]"A"0;"B"0', "[$¥-804]0", ";;;", "[DBNum1]0"]
)
def test_a_number_to_which_its_format_adds_is_refused(refused: Callable[..., str], form: str) -> None:
    cell = book(lambda made, one: one.write_number("D2", 1, made.add_format({"num_format": form})))
    assert "D2：数字格式使显示与所存的 1 不同" in refused(cell)


@pytest.mark.parametrize("form", ["0", "0_ ", "0_);[Red]\\(0\\)", "[$-804]0", "General", "@", '0" "'])
def test_a_number_to_which_its_format_adds_nothing_is_read(read: Read, form: str) -> None:
    cell = book(lambda made, one: one.write_number("D2", 1, made.add_format({"num_format": form})))
    assert read(cell)[0].data["staff_number"] == "1"


def test_a_text_to_which_its_format_adds_is_refused(read: Read, refused: Callable[..., str]) -> None:
    def labelled(form: str) -> bytes:
        return book(lambda made, one: one.write_string("A2", "郑一", made.add_format({"num_format": form})))

    for form in ('@"老师"', ";;;", '0;0;0;"x"'):
        assert "A2：数字格式使显示与所存的 郑一 不同" in refused(labelled(form))
    for form in ("@", "_(* #,##0_);_(* (#,##0);_(* -_);_(@_)", "yyyy-mm-dd;@", "00000"):
        assert read(labelled(form))[0].data["name"] == "郑一"


def test_what_excel_turned_into_a_day_is_refused_where_no_day_belongs(refused: Callable[..., str]) -> None:
    for form in ("m月d日", "mmm-yy", "yyyy-mm-dd"):
        for cell in ("A2", "D2"):

            def dated(made: Workbook, one: Worksheet, cell: str = cell, form: str = form) -> None:
                one.write_datetime(cell, date(2026, 2, 1), made.add_format({"num_format": form}))

            assert f"在工作簿中是日期（2026-02{'' if form == 'mmm-yy' else '-01'}）" in refused(book(dated))


def test_a_day_since_when_no_post_is_held_is_refused_by_row(read: Read, refused: Callable[..., str]) -> None:
    header, row = "姓名,性别,出生日期,现任职务,任职时间\n", "郑一,男,1988-02-29,"
    assert "第 2 行：写了任职时间 2015-09-01，没有写现任职务" in refused(header + row + ",2015-09-01\n")
    assert "第 2 行：写了任职时间" in refused(header.replace("现任职务,", "") + row + "2015-09-01\n")
    assert read(header + row + ",不详\n")[0].data["name"] == "郑一"


def test_cells_are_parted_by_what_parts_the_header(read: Read) -> None:
    posts = ";".join("班备年干团教科工宣组纪统")
    rows = read(f"姓名,性别,出生日期,现任职务,任职时间\n郑一,男,1988-02-29,{posts},不详\n")
    assert rows[0].data["posts"] == posts


def test_rows_and_columns_without_any_size_are_told_as_hidden(read: Read) -> None:
    cols = '<cols><col min="4" max="4" width="0"/></cols>'
    hidden = read(sheet(before='<sheetFormatPr zeroHeight="1"/>' + cols))
    assert "第 2 行是隐藏的" in noted(hidden)
    assert "D 列是隐藏的" in noted(hidden)


def test_a_workbook_of_very_many_sheets_is_refused(refused: Callable[..., str]) -> None:
    def many(made: Workbook, _: Worksheet) -> None:
        for _sheet in range(50):
            made.add_worksheet()

    assert "有 51 张工作表" in refused(book(many))


def test_what_reads_as_characters_that_nobody_has_assigned_is_a_question(
    read: Read, refused: Callable[..., str]
) -> None:
    text = "name,gender,birth_date\n王小明,female,1988-02-29\n"
    assert "不像 GB18030（GBK）文字，不能猜" in refused(text.encode("big5"))
    rare = CSV.encode("gbk").replace("郑".encode("gbk"), b"\xaa\xa1")
    assert read(rare)[0].data["name"] == "\ue000一"


def test_problems_of_a_row_are_told_by_the_titles_of_its_columns(refused: Callable[..., str]) -> None:
    assert "工号：没有看得见的文字" in refused(CSV.replace("X1", "···"))
    assert "姓名：至多 200 字" in refused(CSV.replace("郑一", "郑" * 201))
    half = "".join(map(inline, ("王_xD800_", "女", "1988-02-29", "X2")))
    assert "姓名：含有代替读不出的文字的字符 U+D800" in refused(sheet(cells=f"<row>{half}</row>"))
