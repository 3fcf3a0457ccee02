"""`inspect copybook`: the layout as a table and as a document, faults with their place; compared
with what GnuCOBOL's compiler lays out, and with the layouts that others' tests expect."""

import random
import re

import pytest

from support import cobol, corpus

USAGE = 2
CUSTOMER = """\
       01  CUSTOMER.
           05  ID                 PIC S9(4) COMP.
           05  STATE              PIC X.
               88  OPEN-ONE       VALUE 'O' 'P' THRU 'R'.
           05  NUMBERS            PIC 9(3) COMP-3.
           05  AMOUNT             PIC S9(9)V99 COMP-3.
           05  AMOUNT-X REDEFINES AMOUNT PIC X(6).
           05  PHONE OCCURS 0 TO 3 TIMES DEPENDING ON NUMBERS.
               10  KIND           PIC X.
               10  DIGITS         PIC X(12).
           05  FILLER             PIC X(2).
           66  HEAD RENAMES ID THRU STATE.
"""


def inspect(whimbrel, text, *words, name="a.cpy", **more):
    data = text if isinstance(text, bytes) else text.encode()
    (whimbrel.folder / name).write_bytes(data)
    return whimbrel.run("inspect", "copybook", *words, name, **more)


def fields_of(whimbrel, text, *words):
    return [f for record in inspect(whimbrel, text, "--json", *words).json["records"]
            for f in record["fields"]]


@pytest.mark.part
def test_table(whimbrel):
    lines = inspect(whimbrel, CUSTOMER).out.splitlines()
    assert lines[0] == "13 to 52 bytes"
    rows = [line.split() for line in lines[2:]]
    assert rows[0] == ["FIELD", "OFFSET", "LENGTH", "PICTURE", "USAGE", "KIND"]
    assert rows[2] == ["05", "ID", "0", "2", "S9(4)", "COMP", "int16"]
    assert rows[4] == ["88", "OPEN-ONE", "'O',", "'P'", "to", "'R'"]
    assert rows[6] == ["05", "AMOUNT", "5", "6", "S9(9)V99", "COMP-3", "decimal(11,2)"]
    assert " ".join(rows[8]) == "05 PHONE 11 13 group occurs 0 to 3 depending on NUMBERS"
    assert " ".join(rows[11]) == "05 FILLER 50 2 X(2) DISPLAY text(2) moves"
    assert " ".join(rows[12]) == "66 HEAD 0 3 renames ID to STATE"
    assert inspect(whimbrel, CUSTOMER, "--quiet").out == ""


@pytest.mark.part
def test_document(whimbrel):
    document = inspect(whimbrel, CUSTOMER, "--json").json
    assert (document["error"], document["exit"], document["findings"]) == (None, 0, [])
    assert (document["dialect"], document["format"], document["file"]) == ("ibm", "fixed", "a.cpy")
    record, = document["records"]
    assert (record["name"], record["min_length"], record["max_length"]) == ("CUSTOMER", 13, 52)
    fields = {f["name"]: f for f in record["fields"]}
    assert fields["AMOUNT"]["number"] == {"digits": 11, "scale": 2, "signed": True,
                                          "sign_leading": False, "sign_separate": False}
    assert fields["AMOUNT-X"]["redefines"] == "AMOUNT" and fields["AMOUNT-X"]["number"] is None
    assert fields["PHONE"]["occurs"] == {"min": 0, "max": 3, "depending": "NUMBERS"}
    assert record["fields"][fields["DIGITS"]["parent"]]["name"] == "PHONE"
    assert fields[None]["moves"] and not fields["DIGITS"]["moves"]
    assert fields["STATE"]["conditions"] == [{"name": "OPEN-ONE", "values": [
        {"from": {"kind": "text", "value": "O"}, "thru": None},
        {"from": {"kind": "text", "value": "P"}, "thru": {"kind": "text", "value": "R"}}]}]
    assert record["renames"] == [{"name": "HEAD", "first": "ID", "last": "STATE", "offset": 0,
                                  "length": 3}]


def test_findings(whimbrel):
    text = "01 R.\n 05 A PIC X(4).\n 05 B REDEFINES A PIC X(6).\n"
    found, = inspect(whimbrel, text, "--json").json["findings"]
    assert (found["rule"], found["object"], found["line"]) == ("cobol-redefines-larger", "B", 3)
    assert "a.cpy:3: B: 6 bytes redefine the 4" in inspect(whimbrel, text).out


def test_dialects_and_formats(whimbrel):
    text = "01 A PIC 9(5) COMP.\n"
    lengths = {d: fields_of(whimbrel, text, "--dialect", d)[0]["length"]
               for d in ("ibm", "mf", "gnucobol")}
    assert lengths == {"ibm": 4, "mf": 3, "gnucobol": 4}
    assert inspect(whimbrel, text, "--json").json["format"] == "free"
    done = inspect(whimbrel, text, "--format", "fixed", expect=USAGE)
    assert "a level number" in done.err
    assert fields_of(whimbrel, "000100 01 A PIC X.\n", "--format", "fixed")[0]["name"] == "A"


@pytest.mark.parametrize("text, place, says", [
    (b"", "a.cpy:1:1", "no field"),
    (b"01 A PIC X(999999999999).\n", "a.cpy:1:10", "16 MiB"),
    (b"01 A PIC X.\n05 B\n  PIC Q.\n", "a.cpy:3:7", "no picture has"),
    (b"01 A PIC X\x00.\n", "a.cpy:1:11", "the byte 0x00"),
    (b"\x7fELF\x02\x01\x01\x00", "a.cpy:1:1", "the byte 0x7f"),
    (b"\xf0\xf1\x40\xc1\x4b\x15" * 9, "a.cpy:1:6", "the byte 0x15"),
    (b"01 A\x1b]0;owned PIC X.\n", "a.cpy:1:5", "the byte 0x1b"),
    (b"01 \xc4\xd6 PIC X.\n", "a.cpy:1:", "character that no name has"),
    (b"01 R.\nCOPY NONE.\n", "a.cpy:2:6", 'no copybook "NONE"'),
    (b"01 R.\nCOPY '../x'.\n", "a.cpy:2:6", "COPY of a path"),
    (b"01 R.\nCOPY '.x'.\n", "a.cpy:2:6", "COPY of a path"),
    (b"01 R.\nCOPY X OF '/etc'.\n", "a.cpy:2:6", "COPY of a path"),
])
def test_faults(whimbrel, text, place, says):
    words = [] if text.startswith((b"\x7f", b"\xf0")) or not text else ["--format", "free"]
    done = inspect(whimbrel, text, *words, expect=USAGE)
    line, = done.err.splitlines()
    assert line.startswith(f"whimbrel: {place}") and says in line
    assert done.out == ""
    error = inspect(whimbrel, text, *words, "--json", expect=USAGE).json["error"]
    assert error["place"].startswith(place) and says in error["text"]


def test_files_that_cannot_be_read(whimbrel):
    (whimbrel.folder / "folder").mkdir()
    with open(whimbrel.folder / "large", "wb") as file:
        file.truncate((16 << 20) + 1)
    for name, says in (("nowhere", "No such file"), ("folder", "Is a directory"),
                       ("large", "larger than 16 MiB"), ("/proc/self/mem", "Input/output error")):
        done = whimbrel.run("inspect", "copybook", name, "--json", expect=USAGE)
        assert says in done.err and name in done.err
        assert says in done.json["error"]["text"] and done.json["exit"] == USAGE


def test_copies(whimbrel):
    """Beside the file, whatever the case; then in the folders that were named; libraries first."""
    folder = whimbrel.folder
    for name, text in (("one.cpy", "05 :T:-ONE PIC X."), ("more/TWO", "05 TWO PIC XX."),
                       ("more/lib/THREE.cbl", "05 THREE PIC X(3). COPY ONE."),
                       ("more/one.cpy", "05 WRONG PIC X.")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    text = ("01 R.\n COPY ONE REPLACING ==:T:== BY ==A==.\n COPY two.\n"
            " COPY THREE OF lib REPLACING ==:T:== BY ==B==.\n 05 :X:-Z PIC X.\n")
    found = fields_of(whimbrel, text, "--copy-path", "empty", "--copy-path", "more",
                      "--replacing", ":X:=Y")
    assert [(f["name"], f["offset"]) for f in found] == [
        ("R", 0), ("A-ONE", 0), ("TWO", 1), ("THREE", 3), ("B-ONE", 6), ("Y-Z", 7)]
    assert "--copy-path" in inspect(whimbrel, text, expect=USAGE).err
    (folder / "other").mkdir()
    (folder / "other" / "b.cpy").write_text("01 R. COPY ONE.")
    done = whimbrel.run("inspect", "copybook", "other/b.cpy", expect=USAGE)
    assert 'in "other"' in done.err, "its own folder, not the current one"


def test_copy_that_copies_itself(whimbrel):
    done = inspect(whimbrel, "05 A PIC X.\nCOPY a.\n", expect=USAGE)
    assert "a.cpy:2:6" in done.err and "copy itself" in done.err


def test_other_code_pages(whimbrel):
    text = b"01 A PIC X(2).\n 88 B VALUE '\xe9'.\n 88 C VALUE '\xc3\xa9'.\n"
    conditions = fields_of(whimbrel, text)[0]["conditions"]
    assert [c["values"][0]["from"]["value"] for c in conditions] == ["\xe9", "\xe9"]
    assert "\\xe9" in inspect(whimbrel, text).out


# ---- GnuCOBOL as a witness

CLAUSES = [
    "PIC X", "PIC X(17)", "PIC A(3)", "PIC 9", "PIC S9(18)", "PIC 9(5)V99", "PIC V9(4)",
    "PIC S9(38)",
    "PIC 9(3)PPP", "PIC PPP9", "PIC ZZ,ZZ9.99", "PIC -(5)9.99", "PIC +9(4)", "PIC $$$9.99CR",
    "PIC 9(4).99DB", "PIC **9", "PIC 99/99/9999", "PIC XBX0X", "PIC S9(5) SIGN LEADING",
    "PIC S9(5) SIGN IS LEADING SEPARATE CHARACTER", "PIC S9(5)V9 SIGN TRAILING SEPARATE",
    *[f"PIC {sign}9({n}) {usage}" for usage in ("COMP", "COMP-5") for sign in ("", "S")
      for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 17, 18)],
    *[f"PIC {sign}9({n}) COMP-3" for sign in ("", "S") for n in (1, 2, 3, 8, 9, 17, 18, 31)],
    *[f"PIC 9({n}) COMP-6" for n in (1, 2, 5, 18)],
    *[f"PIC 9({n}) COMP-X" for n in (1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17, 18)],
    "PIC X COMP-X", "PIC X(3) COMP-X", "PIC X(8) COMP-X",
    "PIC S9(5)V99 BINARY", "PIC S9(4)V99 PACKED-DECIMAL", "COMP-1", "COMP-2", "INDEX", "POINTER",
    "PIC 9(4) BLANK WHEN ZERO", "PIC X(5) JUSTIFIED RIGHT", "PIC S9(9) COMP SYNC",
]

SHAPES = """\
01 R.
 05 N-1 PIC 99.
 05 A OCCURS 3 TIMES INDEXED BY I-1.
  10 B PIC X.
  10 C PIC S9(9) COMP SYNC.
  10 D PIC X OCCURS 2.
 05 E PIC X.
 05 F.
  10 G PIC S9(18) COMP SYNC.
  10 H COMP-1 SYNC.
 05 J REDEFINES F.
  10 K PIC X(5).
  10 L REDEFINES K PIC 9(4).
  10 M.
   15 N PIC S9(4) COMP-5.
   15 O OCCURS 4.
    20 P PIC S9(3) COMP-3.
    20 Q PIC X(2).
 05 S USAGE COMP-3.
  10 T PIC S9(5).
  10 U PIC 9(4).
 05 V SIGN LEADING SEPARATE.
  10 W PIC S9(3).
  10 X PIC 9(3).
 05 Y PIC X(3).
"""

# Without a redefinition: LENGTH OF the record would count it as well.
COUNTED = """\
01 R.
 05 N-1 PIC 99.
 05 A PIC X(3).
 05 Z OCCURS 1 TO 9 TIMES DEPENDING ON N-1.
  10 Y PIC S9(4) COMP SYNC.
  10 X PIC X.
"""


def nested(seed):
    """A record of groups, tables and synchronized items, from a seed."""
    chance, lines = random.Random(seed), ["01 R."]
    items = [c for c in CLAUSES if "SYNC" not in c]

    def group(level, left):
        for _ in range(chance.randint(2, 5)):
            name = f"F{len(lines)}"
            times = f" OCCURS {chance.randint(2, 4)} TIMES" if chance.random() < 0.3 else ""
            if left and chance.random() < 0.35:
                lines.append(f"{level:02} {name}{times}.")
                group(level + 5, left - 1)
                continue
            clause = chance.choice(items)
            binary = re.search(r"COMP(-[125])?$|^INDEX|^POINTER", clause)
            sync = " SYNC" if binary and chance.random() < 0.6 else ""
            lines.append(f"{level:02} {name} {clause}{sync}{times}.")

    group(5, 3)
    return "\n".join(lines) + "\n"


@pytest.mark.skipif(not cobol.available(), reason="cobc (gnucobol3) is not installed")
@pytest.mark.parametrize("name", ["clauses", "shapes", "counted", *range(24)])
def test_compiler_agrees(whimbrel, name):
    named = {"clauses": "01 R.\n" + "".join(f"05 F{i} {c}.\n" for i, c in enumerate(CLAUSES)),
             "shapes": SHAPES, "counted": COUNTED}
    text = named.get(name) or nested(name)
    fields = fields_of(whimbrel, text, "--dialect", "gnucobol")
    ours = {f["name"]: (f["offset"], f["length"]) for f in fields}
    theirs = cobol.layout(whimbrel.folder, text, fields)
    lines = dict(zip(ours, text.splitlines()))
    assert [(lines[n], ours[n], theirs[n]) for n in ours if ours[n] != theirs[n]] == []
    print(f"{len(ours)} fields as cobc lays them out")


# ---- layouts that others expect

ROW = re.compile(r"^\s*(?:(\d+) )?([A-Z0-9_]+)\s+(?:([rR\[\]]+)\s+)?(?:\d+\s+)?"
                 r"(\d+)\s+(\d+)\s+(\d+)\s*$")


@pytest.fixture(name="cobrix")
def cobrix_folder():
    folder = corpus.wanted() / "banking" / "cobrix"
    if not folder.is_dir():
        pytest.skip(f"no copybooks at {folder}; WHIMBREL_CORPUS names another place")
    return folder


def copybook_of(layout):
    """test7c_layout.txt belongs to test7c_*.cob, or else to test7_*.cob."""
    number = layout.name[len("test"):-len("_layout.txt")]
    for wanted in (number, number.rstrip("abcdefghij")):
        for found in sorted(layout.parent.parent.glob(f"test{wanted}_*.cob")):
            return found
    return None


def families(fields):
    """For each field those that lie over one another with it, in order."""
    base, found = {}, {}
    for i, field in enumerate(fields):
        if field["redefines"] is None:
            base[field["parent"]] = i
        found.setdefault(base[field["parent"]], []).append(i)
    return {i: family for family in found.values() for i in family}


def expected(fields):
    """The rows of the other side. It gives a redefined item and all over it the length of the
    longest, and binaries of more than 18 digits as few bytes as hold them with a sign."""
    family, shift, rows = families(fields), 0, []
    for i, field in enumerate(fields):
        length = max(fields[k]["length"] for k in family[i])
        start = field["offset"] + 1 - shift
        number = field["number"]
        if field["usage"] == "COMP" and number["digits"] > 18:
            length = (10 ** number["digits"]).bit_length() // 8 + 1
            shift += 16 - length
        flags = ("r" if i != family[i][-1] else "") + ("R" if field["redefines"] else "")
        rows.append([(field["name"] or "FILLER").replace("-", "_"), flags, start, length])
    rows[0][3] -= shift
    return rows


def row_of(match):
    """Whatever is done with its name, a FILLER is one."""
    _, name, flags, start, _, length = match.groups()
    name = "FILLER" if name.startswith("FILLER") else name
    return [name, flags or "", int(start), int(length)]


def test_layouts_of_others(whimbrel, cobrix):
    files = fields_total = 0
    for layout in sorted(cobrix.glob("*/*_layout.txt")):
        copybook = copybook_of(layout)
        assert copybook, layout
        rows = [row_of(m) for m in map(ROW.match, layout.read_text().splitlines()) if m]
        record, = whimbrel.run("inspect", "copybook", "--json", copybook).json["records"]
        assert expected(record["fields"]) == rows and len(rows) > 1, layout
        files, fields_total = files + 1, fields_total + len(rows)
    print(f"{files} layouts with {fields_total} fields compared")
    assert files >= 10


def test_copybooks_of_others(whimbrel, cobrix):
    """All of them are understood; a length that a copybook's comment names is the record's."""
    stated = fields = 0
    more = list(cobrix.parent.glob("*/copybooks/*.cpy"))
    for copybook in sorted([*cobrix.glob("*.cob"), *more]):
        document = whimbrel.run("inspect", "copybook", "--json", copybook).json
        fields += sum(len(r["fields"]) for r in document["records"])
        said = re.search(r"RECLN\s*=?\s*(\d+)|Record Length: (\d+)", copybook.read_text())
        if said:
            assert document["records"][0]["max_length"] == int(said[1] or said[2]), copybook
            stated += 1
    print(f"{fields} fields; {stated} copybooks name their length")
    assert fields > 100 and (stated or not more)
