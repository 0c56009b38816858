from pathlib import Path

import pytest

from streams.labelled_rows import LabelledText, RowError, UnreadableFileError, read_labelled

HEADER = "message_id,subject,body,category_level_1\n"


def written(directory: Path, text: str, encoding: str = "utf-8") -> Path:
    file = directory / "rows.csv"
    file.write_bytes(text.encode(encoding))
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_utf_8_and_gb18030_read_alike(encoding: str, tmp_path: Path) -> None:
    text = HEADER + '1,路灯不亮,"第一行\n第二行，䶮",城乡建设\n'
    read = read_labelled(written(tmp_path, text, encoding))
    assert read.rows == (LabelledText("路灯不亮", "第一行\n第二行，䶮", "城乡建设"),)
    assert read.errors == ()


def test_a_bad_row_is_named_and_the_others_are_kept(tmp_path: Path) -> None:
    text = (
        HEADER + "1,a,b\n\n2,好,好,环境保护\n3,无类,x,\n4,,,交通运输\n" + f"5,长,{'字' * 20001},x\n"
    )
    read = read_labelled(written(tmp_path, text))
    assert read.rows == (LabelledText("好", "好", "环境保护"),)
    assert read.errors == (
        RowError(2, "row-malformed"),
        RowError(5, "label-missing"),
        RowError(6, "text-missing"),
        RowError(7, "body-too-long"),
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"),
        (b"\xff\x00\x01\x02", "encoding-unknown"),
        (b"subject,body\na,b\n", "column-missing"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(data: bytes, code: str, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(data)
    with pytest.raises(UnreadableFileError) as error:
        read_labelled(file)
    assert error.value.code == code


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError) as error:
        read_labelled(tmp_path / "none.csv")
    assert error.value.code == "file-unreadable"


def test_a_column_called_category_serves_too(tmp_path: Path) -> None:
    read = read_labelled(written(tmp_path, "category,body,subject\n10,噪音,夜里\n"))
    assert read.rows == (LabelledText("夜里", "噪音", "10"),)
