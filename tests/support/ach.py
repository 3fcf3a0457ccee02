"""ACH files as the Nacha Operating Rules lay them out, with controls that are right."""

DEBITS = {"27", "28", "29", "37", "38", "39", "47", "48", "49", "55"}


def entry(code, bank, account, cents, name, trace, addenda=()):
    """bank: nine digits. addenda: their texts."""
    lines = [f"6{code}{bank}{account:17}{cents:010d}{'':15}{name:22}  {int(bool(addenda))}"
             f"{trace:015d}"]
    lines += [f"705{text:80}{n:04d}{trace % 10**7:07d}" for n, text in enumerate(addenda, 1)]
    return {"lines": lines, "bank": int(bank[:8]), "cents": cents, "debit": code in DEBITS}


def sums(entries):
    return (sum(len(e["lines"]) for e in entries), sum(e["bank"] for e in entries) % 10**10,
            sum(e["cents"] for e in entries if e["debit"]),
            sum(e["cents"] for e in entries if not e["debit"]))


def file(*batches):
    """batches: each a list of entries."""
    lines = ["101 231380104 1210428822402290815A094101"
             f"{'RECEIVING BANK':23}{'SENDING BANK':23}{'':8}"]
    for number, entries in enumerate(batches, 1):
        count, digest, debit, credit = sums(entries)
        service = "200" if debit and credit else "225" if debit else "220"
        lines.append(f"5{service}{'ACME':16}{'':20}1234567890PPD{'PAYROLL':10}{'':6}240301{'':3}1"
                     f"12104288{number:07d}")
        lines += [line for e in entries for line in e["lines"]]
        lines.append(f"8{service}{count:06d}{digest:010d}{debit:012d}{credit:012d}1234567890{'':25}"
                     f"12104288{number:07d}")
    count, digest, debit, credit = sums([e for batch in batches for e in batch])
    blocks = -(-(len(lines) + 1) // 10)
    lines.append(f"9{len(batches):06d}{blocks:06d}{count:08d}{digest:010d}{debit:012d}{credit:012d}"
                 f"{'':39}")
    lines += ["9" * 94] * (blocks * 10 - len(lines))
    assert {len(line) for line in lines} == {94}
    return "".join(line + "\n" for line in lines)
