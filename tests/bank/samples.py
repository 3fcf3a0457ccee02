"""Files of banks as they are delivered: statements, clearing, messages."""

from support import ach

STATEMENTS = """\
:20:JANUARY
:25:12345678/1020304050
:28C:00001/001
:60F:C231229EUR1000,
:61:2312310102D12,NTRFINV-77//B4E07
:86:805?00FEES?20EREF+E1?21SVWZ+Fees of 20?2223
:61:240102C,12NTRFNONREF
:86:/EREF/E2/REMI/Salary of January
:61:240102RC100,5NTRFNONREF
:61:240103RD50,25NTRFNONREF
:62F:C240103EUR937,87
-
:20:FEBRUARY
:25:12345678/1020304050
:28C:00002/001
:60F:C240103EUR937,87
:61:120230C62,13NTRFNONREF
:86:IBAN: NL91ABNA0417164300 NAAM: Ada
:62F:C240301EUR1000,
-
"""

ENTRIES = [ach.entry("22", "231380104", "ACC-1", 10000, "ANNE", 121042880000001, ["FOR WORK"]),
           ach.entry("27", "999999992", "ACC-2", 4050, "BOB", 121042880000002)]
MORE = [ach.entry("22", "999999992", f"ACC-{n}", n, "CAROL", 121042880000010 + n)
        for n in range(100, 250)]
ACH = ach.file(ENTRIES, MORE)

CAMT = """\
<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>{message}</MsgId><CreDtTm>2024-03-01T08:00:00+01:00</CreDtTm></GrpHdr>
{statements}</BkToCstmrStmt></Document>
"""
STATEMENT = """\
<Stmt><Id>S{n}</Id><ElctrncSeqNb>{n}</ElctrncSeqNb><CreDtTm>2024-03-01T08:00:00</CreDtTm>
<Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id><Ccy>{currency}</Ccy></Acct>
{balances}{entries}</Stmt>
"""
BALANCE = """\
<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{amount}</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2024-03-01</Dt></Dt></Bal>
"""
ENTRY = """\
<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2024-02-29</Dt></BookgDt><BkTxCd><Prtry><Cd>X</Cd></Prtry></BkTxCd></Ntry>
"""


def statement(n, currency, opening, closing, *entries):
    return STATEMENT.format(n=n, currency=currency, balances="".join(
        BALANCE.format(code=code, currency=currency, amount=amount)
        for code, amount in (("OPBD", opening), ("CLBD", closing))), entries="".join(
        ENTRY.format(currency=currency, amount=amount, way=way) for amount, way in entries))


def message(*statements, name="M1"):
    return CAMT.format(message=name, statements="".join(statements))


EUROS = statement(1, "EUR", "100", "87.50001", ("12.50000", "DBIT"), ("0.00001", "CRDT"))
YENS = statement(2, "JPY", "1000", "1500", ("500", "CRDT"))
