"""What GnuCOBOL's compiler makes of a copybook: where each of its fields is, and how long; and
files that its programs write."""

import shutil
import subprocess

PROGRAM = """\
IDENTIFICATION DIVISION.
PROGRAM-ID. WITNESS.
DATA DIVISION.
WORKING-STORAGE SECTION.
01 W-BEGIN USAGE POINTER.
01 W-BEGIN-N REDEFINES W-BEGIN PIC 9(18) COMP-5.
01 W-AT USAGE POINTER.
01 W-AT-N REDEFINES W-AT PIC 9(18) COMP-5.
01 W-OFFSET PIC 9(9).
01 W-LENGTH PIC 9(9).
{copybook}
PROCEDURE DIVISION.
SET W-BEGIN TO ADDRESS OF {record}.
{counters}
{fields}
STOP RUN.
"""

FIELD = """\
SET W-AT TO ADDRESS OF {subject}.
COMPUTE W-OFFSET = W-AT-N - W-BEGIN-N.
MOVE LENGTH OF {subject} TO W-LENGTH.
DISPLAY "{name} " W-OFFSET " " W-LENGTH.
"""

WRITER = """\
IDENTIFICATION DIVISION.
PROGRAM-ID. WRITER.
ENVIRONMENT DIVISION.
INPUT-OUTPUT SECTION.
FILE-CONTROL.
SELECT OUT-FILE ASSIGN TO "{file}" ORGANIZATION {organization}.
DATA DIVISION.
FILE SECTION.
FD OUT-FILE {varying}.
{copybook}
WORKING-STORAGE SECTION.
01 W-LENGTH PIC 9(9) COMP-5.
PROCEDURE DIVISION.
OPEN OUTPUT OUT-FILE.
{statements}
CLOSE OUT-FILE.
STOP RUN.
"""


def available():
    return shutil.which("cobc") is not None


def subject(fields, field):
    """The field's first occurrence: one subscript for each table around it."""
    depth, around = 0, field
    while around is not None:
        depth += around["occurs"] is not None
        around = None if around["parent"] is None else fields[around["parent"]]
    return field["name"] + (f" ({' '.join(['1'] * depth)})" if depth else "")


def layout(folder, copybook, fields):
    """{name: (offset, length)} of one record in free format whose fields all have names."""
    counters = {f["occurs"]["depending"]: f["occurs"]["max"] for f in fields
                if f["occurs"] and f["occurs"]["depending"]}
    text = PROGRAM.format(
        copybook=copybook, record=fields[0]["name"],
        counters="\n".join(f"MOVE {most} TO {name}." for name, most in counters.items()),
        fields="".join(FIELD.format(name=f["name"], subject=subject(fields, f)) for f in fields))
    said = run(folder, "witness", text, "-flarger-redefines-ok")
    return {name: (int(offset), int(length))
            for name, offset, length in map(str.split, said.splitlines())}


def run(folder, name, text, *flags):
    """Compiles a program in free format and gives back what it displays."""
    source, program = folder / f"{name}.cob", folder / name
    source.write_text(text, encoding="ascii")
    compiler = ["cobc", "-x", "-free", "-w", *flags, "-o", program, source]
    done = subprocess.run(compiler, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + text
    return subprocess.run([program], cwd=folder, capture_output=True, text=True, check=True).stdout


def write(folder, file, copybook, rows, *flags, organization="SEQUENTIAL", varying=""):
    """A file of records, each told as {field: literal}. varying: "a TO b": the lengths that records
    may have; a row says its own as "W-LENGTH"."""
    record = copybook.split()[1].rstrip(".")
    statements = []
    for row in rows:
        statements.append(f"INITIALIZE {record}.")
        statements += [f"MOVE {value} TO {field}." for field, value in row.items()]
        statements.append(f"WRITE {record}.")
    varying = f"RECORD VARYING FROM {varying} CHARACTERS DEPENDING ON W-LENGTH" if varying else ""
    text = WRITER.format(file=file, organization=organization, varying=varying, copybook=copybook,
                         statements="\n".join(statements))
    run(folder, "writer", text, *flags)
    return folder / file
