/* Version 02 of the schemas of camt.052, camt.053 and camt.054: data only, as shape.h has it. */
#include "codecs/camt/shape.h"

const struct wh_camt_type_text wh_camt_shape_02[] = {
	{ "Root",
		"|BkToCstmrAcctRpt:Reports BkToCstmrStmt:Statements BkToCstmrDbtCdtNtfctn:Notifications" },
	{ "Reports", "GrpHdr!:Header Rpt!*:Report" },
	{ "Header", "MsgId!=35 CreDtTm! MsgRcpt:Party MsgPgntn:Pagination AddtlInf=500" },
	{ "Party", "Nm=140 PstlAdr:Address Id:PartyId CtryOfRes CtctDtls:Contact" },
	{ "Address",
		"AdrTp=ADDR/PBOX/HOME/BIZZ/MLTO/DLVY Dept=70 SubDept=70 StrtNm=70 BldgNb=16 PstCd=16 "
		"TwnNm=35 CtrySubDvsn=35 Ctry AdrLine*7=70" },
	{ "PartyId", "|OrgId:Organisation PrvtId:Person" },
	{ "Organisation", "BICOrBEI Othr*:OtherId" },
	{ "OtherId", "Id!=35 SchmeNm:Code Issr=35" },
	{ "Code", "|Cd=4 Prtry=35" },
	{ "Person", "DtAndPlcOfBirth:DateAndPlaceOfBirth Othr*:OtherId" },
	{ "DateAndPlaceOfBirth", "BirthDt! PrvcOfBirth=35 CityOfBirth!=35 CtryOfBirth!" },
	{ "Contact", "NmPrfx=DOCT/MIST/MISS/MADM Nm=140 PhneNb MobNb FaxNb EmailAdr=2048 Othr=35" },
	{ "Pagination", "PgNb! LastPgInd!" },
	{ "Report",
		"Id!=35 ElctrncSeqNb LglSeqNb CreDtTm! FrToDt:Period CpyDplctInd=CODU/COPY/DUPL "
		"RptgSrc:Code Acct!:StatementAccount RltdAcct:Account Intrst*:AccountInterest "
		"Bal*:Balance TxsSummry:Totals Ntry*:Entry AddtlRptInf=500" },
	{ "Period", "FrDtTm! ToDtTm!" },
	{ "StatementAccount", "Id!:AccountId Tp:CashAccountType Ccy Nm=70 Ownr:Party Svcr:Agent" },
	{ "AccountId", "|IBAN Othr:OtherAccountId" },
	{ "OtherAccountId", "Id!=34 SchmeNm:Code Issr=35" },
	{ "CashAccountType",
		"|Cd=CASH/CHAR/COMM/TAXE/CISH/TRAS/SACC/CACC/SVGS/ONDP/MGLD/NREX/MOMA/LOAN/SLRY/ODFT "
		"Prtry=35" },
	{ "Agent", "FinInstnId!:Institution BrnchId:BranchData" },
	{ "Institution", "BIC ClrSysMmbId:ClearingMember Nm=140 PstlAdr:Address Othr:OtherId" },
	{ "ClearingMember", "ClrSysId:ClearingSystem MmbId!=35" },
	{ "ClearingSystem", "|Cd=5 Prtry=35" },
	{ "BranchData", "Id=35 Nm=140 PstlAdr:Address" },
	{ "Account", "Id!:AccountId Tp:CashAccountType Ccy Nm=70" },
	{ "AccountInterest", "Tp:InterestType Rate*:Rate FrToDt:Period Rsn=35" },
	{ "InterestType", "|Cd=INDY/OVRN Prtry=35" },
	{ "Rate", "Tp!:RateType VldtyRg:AmountRange" },
	{ "RateType", "|Pctg Othr=35" },
	{ "AmountRange", "Amt!:AmountRangeLimits CdtDbtInd=CRDT/DBIT Ccy!" },
	{ "AmountRangeLimits",
		"|FrAmt:AmountRangeBoundary ToAmt:AmountRangeBoundary FrToAmt:FromToAmountRange EQAmt "
		"NEQAmt" },
	{ "AmountRangeBoundary", "BdryAmt! Incl!" },
	{ "FromToAmountRange", "FrAmt!:AmountRangeBoundary ToAmt!:AmountRangeBoundary" },
	{ "Balance",
		"Tp!:BalanceType CdtLine:CreditLine Amt!$ CdtDbtInd!=CRDT/DBIT Dt!:Day "
		"Avlbty*:Availability" },
	{ "BalanceType", "CdOrPrtry!:BalanceCode SubTp:Code" },
	{ "BalanceCode", "|Cd=XPCD/OPAV/ITAV/CLAV/FWAV/CLBD/ITBD/OPBD/PRCD/INFO Prtry=35" },
	{ "CreditLine", "Incl! Amt$" },
	{ "Day", "|Dt DtTm" },
	{ "Availability", "Dt!:AvailabilityDate Amt!$ CdtDbtInd!=CRDT/DBIT" },
	{ "AvailabilityDate", "|NbOfDays ActlDt" },
	{ "Totals",
		"TtlNtries:NetTotal TtlCdtNtries:Total TtlDbtNtries:Total TtlNtriesPerBkTxCd*:CodeTotals" },
	{ "NetTotal", "NbOfNtries Sum TtlNetNtryAmt CdtDbtInd=CRDT/DBIT" },
	{ "Total", "NbOfNtries Sum" },
	{ "CodeTotals",
		"NbOfNtries Sum TtlNetNtryAmt CdtDbtInd=CRDT/DBIT FcstInd BkTxCd!:BankCode "
		"Avlbty*:Availability" },
	{ "BankCode", "Domn:BankDomain Prtry:OtherBankCode" },
	{ "BankDomain", "Cd!=4 Fmly!:BankFamily" },
	{ "BankFamily", "Cd!=4 SubFmlyCd!=4" },
	{ "OtherBankCode", "Cd!=35 Issr=35" },
	{ "Entry",
		"NtryRef=35 Amt!$ CdtDbtInd!=CRDT/DBIT RvslInd Sts!=BOOK/PDNG/INFO BookgDt:Day ValDt:Day "
		"AcctSvcrRef=35 Avlbty*:Availability BkTxCd!:BankCode ComssnWvrInd AddtlInfInd:MessageId "
		"AmtDtls:Amounts Chrgs*:Charges TechInptChanl:Code Intrst*:Interest NtryDtls*:Details "
		"AddtlNtryInf=500" },
	{ "MessageId", "MsgNmId=35 MsgId=35" },
	{ "Amounts",
		"InstdAmt:Amount TxAmt:Amount CntrValAmt:Amount AnncdPstngAmt:Amount "
		"PrtryAmt*:OtherAmount" },
	{ "Amount", "Amt!$ CcyXchg:CurrencyExchange" },
	{ "CurrencyExchange", "SrcCcy! TrgtCcy UnitCcy XchgRate! CtrctId=35 QtnDt" },
	{ "OtherAmount", "Tp!=35 Amt!$ CcyXchg:CurrencyExchange" },
	{ "Charges",
		"TtlChrgsAndTaxAmt$ Amt!$ CdtDbtInd=CRDT/DBIT Tp:ChargeType Rate Br=DEBT/CRED/SHAR/SLEV "
		"Pty:Agent Tax:TaxCharges" },
	{ "ChargeType", "|Cd=BRKF/COMM Prtry:IssuedId" },
	{ "IssuedId", "Id!=35 Issr=35" },
	{ "TaxCharges", "Id=35 Rate Amt$" },
	{ "Interest", "Amt!$ CdtDbtInd!=CRDT/DBIT Tp:InterestType Rate*:Rate FrToDt:Period Rsn=35" },
	{ "Details", "Btch:Batch TxDtls*:Transaction" },
	{ "Batch", "MsgId=35 PmtInfId=35 NbOfTxs TtlAmt$ CdtDbtInd=CRDT/DBIT" },
	{ "Transaction",
		"Refs:References AmtDtls:Amounts Avlbty*:Availability BkTxCd:BankCode Chrgs*:Charges "
		"Intrst*:Interest RltdPties:Parties RltdAgts:Agents Purp:Code "
		"RltdRmtInf*10:RemittanceLocation RmtInf:Remittances RltdDts:Dates RltdPric:Prices "
		"RltdQties*:Quantities FinInstrmId:Security Tax:TaxOfPayment RtrInf:Return "
		"CorpActn:CorporateAction SfkpgAcct:Account AddtlTxInf=500" },
	{ "References",
		"MsgId=35 AcctSvcrRef=35 PmtInfId=35 InstrId=35 EndToEndId=35 TxId=35 MndtId=35 ChqNb=35 "
		"ClrSysRef=35 Prtry:OtherReference" },
	{ "OtherReference", "Tp!=35 Ref!=35" },
	{ "Parties",
		"InitgPty:Party Dbtr:Party DbtrAcct:Account UltmtDbtr:Party Cdtr:Party CdtrAcct:Account "
		"UltmtCdtr:Party TradgPty:Party Prtry*:OtherParty" },
	{ "OtherParty", "Tp!=35 Pty!:Party" },
	{ "Agents",
		"DbtrAgt:Agent CdtrAgt:Agent IntrmyAgt1:Agent IntrmyAgt2:Agent IntrmyAgt3:Agent "
		"RcvgAgt:Agent DlvrgAgt:Agent IssgAgt:Agent SttlmPlc:Agent Prtry*:OtherAgent" },
	{ "OtherAgent", "Tp!=35 Agt!:Agent" },
	{ "RemittanceLocation",
		"RmtId=35 RmtLctnMtd=FAXI/EDIC/URID/EMAL/POST/SMSM RmtLctnElctrncAdr=2048 "
		"RmtLctnPstlAdr:NameAndAddress" },
	{ "NameAndAddress", "Nm!=140 Adr!:Address" },
	{ "Remittances", "Ustrd*=140 Strd*:Remittance" },
	{ "Remittance",
		"RfrdDocInf*:Document RfrdDocAmt:RemittanceAmount CdtrRefInf:CreditorReference "
		"Invcr:Party Invcee:Party AddtlRmtInf*3=140" },
	{ "Document", "Tp:DocumentType Nb=35 RltdDt" },
	{ "DocumentType", "CdOrPrtry!:DocumentCode Issr=35" },
	{ "DocumentCode",
		"|Cd=MSIN/CNFA/DNFA/CINV/CREN/DEBN/HIRI/SBIN/CMCN/SOAC/DISP/BOLD/VCHR/AROI/TSUT Prtry=35" },
	{ "RemittanceAmount",
		"DuePyblAmt$ DscntApldAmt$ CdtNoteAmt$ TaxAmt$ AdjstmntAmtAndRsn*:DocumentAdjustment "
		"RmtdAmt$" },
	{ "DocumentAdjustment", "Amt!$ CdtDbtInd=CRDT/DBIT Rsn=4 AddtlInf=140" },
	{ "CreditorReference", "Tp:CreditorReferenceType Ref=35" },
	{ "CreditorReferenceType", "CdOrPrtry!:CreditorReferenceCode Issr=35" },
	{ "CreditorReferenceCode", "|Cd=RADM/RPIN/FXDR/DISP/PUOR/SCOR Prtry=35" },
	{ "Dates",
		"AccptncDtTm TradActvtyCtrctlSttlmDt TradDt IntrBkSttlmDt StartDt EndDt TxDtTm "
		"Prtry*:OtherDate" },
	{ "OtherDate", "Tp!=35 Dt!:Day" },
	{ "Prices", "|DealPric$ Prtry*:OtherPrice" },
	{ "OtherPrice", "Tp!=35 Pric!$" },
	{ "Quantities", "|Qty:Quantity Prtry:OtherQuantity" },
	{ "Quantity", "|Unit FaceAmt AmtsdVal" },
	{ "OtherQuantity", "Tp!=35 Qty!=35" },
	{ "Security", "|ISIN Prtry:OtherSecurity" },
	{ "OtherSecurity", "Tp!=35 Id!=35" },
	{ "TaxOfPayment",
		"Cdtr:TaxParty Dbtr:TaxPayer AdmstnZn=35 RefNb=140 Mtd=35 TtlTaxblBaseAmt$ TtlTaxAmt$ Dt "
		"SeqNb Rcrd*:TaxRecord" },
	{ "TaxParty", "TaxId=35 RegnId=35 TaxTp=35" },
	{ "TaxPayer", "TaxId=35 RegnId=35 TaxTp=35 Authstn:TaxAuthorisation" },
	{ "TaxAuthorisation", "Titl=35 Nm=140" },
	{ "TaxRecord",
		"Tp=35 Ctgy=35 CtgyDtls=35 DbtrSts=35 CertId=35 FrmsCd=35 Prd:TaxPeriod TaxAmt:TaxAmount "
		"AddtlInf=140" },
	{ "TaxPeriod",
		"Yr Tp=MM01/MM02/MM03/MM04/MM05/MM06/MM07/MM08/MM09/MM10/MM11/MM12/QTR1/"
		"QTR2/QTR3/QTR4/HLF1/HLF2 FrToDt:DatePeriod" },
	{ "DatePeriod", "FrDt! ToDt!" },
	{ "TaxAmount", "Rate TaxblBaseAmt$ TtlAmt$ Dtls*:TaxPart" },
	{ "TaxPart", "Prd:TaxPeriod Amt!$" },
	{ "Return", "OrgnlBkTxCd:BankCode Orgtr:Party Rsn:Code AddtlInf*=105" },
	{ "CorporateAction", "Cd=35 Nb=35 Prtry=35" },
	{ "Statements", "GrpHdr!:Header Stmt!*:Statement" },
	{ "Statement",
		"Id!=35 ElctrncSeqNb LglSeqNb CreDtTm! FrToDt:Period CpyDplctInd=CODU/COPY/DUPL "
		"RptgSrc:Code Acct!:StatementAccount RltdAcct:Account Intrst*:AccountInterest "
		"Bal!*:Balance TxsSummry:Totals Ntry*:Entry AddtlStmtInf=500" },
	{ "Notifications", "GrpHdr!:Header Ntfctn!*:Notification" },
	{ "Notification",
		"Id!=35 ElctrncSeqNb LglSeqNb CreDtTm! FrToDt:Period CpyDplctInd=CODU/COPY/DUPL "
		"RptgSrc:Code Acct!:StatementAccount RltdAcct:Account Intrst*:AccountInterest "
		"TxsSummry:Totals Ntry*:Entry AddtlNtfctnInf=500" },
	{ NULL },
};
