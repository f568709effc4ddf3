"""The cell styles of a repaired workbook: their numbers, and the part that defines them."""

from smartchat.adapters import xlsx_parts

# What a cell holds; WRONG is added for a coloured one.
GENERAL, TEXT, QUOTED, DAY, MOMENT, TIME = range(6)
WRONG = 6
HEADER, WRONG_HEADER, REASON = 12, 13, 14

_TEXT_FORMAT, _DAY_FORMAT, _MOMENT_FORMAT, _TIME_FORMAT = 49, 164, 165, 166
_PLAIN_FONT, _BOLD_FONT, _WRONG_FONT, _WRONG_BOLD_FONT = range(4)
_NO_FILL, _HEADER_FILL, _WRONG_FILL = 0, 2, 3
SHADE = "FFFFC7CE"
_INK, _HEADER_SHADE = "FF9C0006", "FFDDE8F0"


def _xf(number_format: int, font: int = _PLAIN_FONT, fill: int = _NO_FILL, more: str = "") -> str:
    return (
        f'<xf numFmtId="{number_format}" fontId="{font}" fillId="{fill}" borderId="0" xfId="0"'
        f' applyNumberFormat="1" applyFont="1" applyFill="1"{more}/>'
    )


def _kinds(font: int, fill: int) -> list[str]:
    """The styles from GENERAL to TIME in one colour."""
    return [
        _xf(0, font, fill),
        _xf(_TEXT_FORMAT, font, fill),
        _xf(_TEXT_FORMAT, font, fill, ' quotePrefix="1"'),
        _xf(_DAY_FORMAT, font, fill),
        _xf(_MOMENT_FORMAT, font, fill),
        _xf(_TIME_FORMAT, font, fill),
    ]


def _font(inside: str) -> str:
    return f'<font>{inside}<name val="Calibri"/></font>'


def _fill(colour: str) -> str:
    colours = f'<fgColor rgb="{colour}"/><bgColor indexed="64"/>'
    return f'<fill><patternFill patternType="solid">{colours}</patternFill></fill>'


_FORMATS = (
    f'<numFmt numFmtId="{_DAY_FORMAT}" formatCode="yyyy\\-mm\\-dd"/>',
    f'<numFmt numFmtId="{_MOMENT_FORMAT}" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/>',
    f'<numFmt numFmtId="{_TIME_FORMAT}" formatCode="hh:mm:ss"/>',
)
_FONTS = (
    _font('<sz val="11"/>'),
    _font('<b/><sz val="11"/>'),
    _font(f'<sz val="11"/><color rgb="{_INK}"/>'),
    _font(f'<b/><sz val="11"/><color rgb="{_INK}"/>'),
)
_FILLS = (
    '<fill><patternFill patternType="none"/></fill>',
    '<fill><patternFill patternType="gray125"/></fill>',
    _fill(_HEADER_SHADE),
    _fill(SHADE),
)
_STYLES = (
    *_kinds(_PLAIN_FONT, _NO_FILL),
    *_kinds(_WRONG_FONT, _WRONG_FILL),
    _xf(_TEXT_FORMAT, _BOLD_FONT, _HEADER_FILL),
    _xf(_TEXT_FORMAT, _WRONG_BOLD_FONT, _WRONG_FILL),
    _xf(_TEXT_FORMAT, _WRONG_FONT),
)
XML = (
    f'{xlsx_parts.XML}<styleSheet xmlns="{xlsx_parts.MAIN}"><numFmts count="{len(_FORMATS)}">'
    f"{''.join(_FORMATS)}</numFmts>"
    f'<fonts count="{len(_FONTS)}">{"".join(_FONTS)}</fonts><fills count="{len(_FILLS)}">{"".join(_FILLS)}</fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    f'<cellXfs count="{len(_STYLES)}">{"".join(_STYLES)}</cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
