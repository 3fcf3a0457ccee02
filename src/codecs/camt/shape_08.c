/* Version 08 of the schemas of camt.052, camt.053 and camt.054: data only, as shape.h has it. */
#include "codecs/camt/shape.h"

const struct wh_camt_type_text wh_camt_shape_08[] = {
	{ "Root",
		"|BkToCstmrAcctRpt:Reports BkToCstmrStmt:Statements BkToCstmrDbtCdtNtfctn:Notifications" },
	{ "Reports", "GrpHdr!:Header Rpt!*:Report SplmtryData*:Supplement" },
	{ "Header",
		"MsgId!=35 CreDtTm! MsgRcpt:Party MsgPgntn:Pagination OrgnlBizQry:OriginalBusinessQuery "
		"AddtlInf=500" },
	{ "Party", "Nm=140 PstlAdr:Address Id:PartyId CtryOfRes CtctDtls:Contact" },
	{ "Address",
		"AdrTp:AddressType Dept=70 SubDept=70 StrtNm=70 BldgNb=16 BldgNm=35 Flr=70 PstBx=16 "
		"Room=70 PstCd=16 TwnNm=35 TwnLctnNm=35 DstrctNm=35 CtrySubDvsn=35 Ctry AdrLine*7=70" },
	{ "AddressType", "|Cd=ADDR/PBOX/HOME/BIZZ/MLTO/DLVY Prtry:SchemedId" },
	{ "SchemedId", "Id! Issr!=35 SchmeNm=35" },
	{ "PartyId", "|OrgId:Organisation PrvtId:Person" },
	{ "Organisation", "AnyBIC LEI Othr*:OtherId" },
	{ "OtherId", "Id!=35 SchmeNm:Code Issr=35" },
	{ "Code", "|Cd=4 Prtry=35" },
	{ "Person", "DtAndPlcOfBirth:DateAndPlaceOfBirth Othr*:OtherId" },
	{ "DateAndPlaceOfBirth", "BirthDt! PrvcOfBirth=35 CityOfBirth!=35 CtryOfBirth!" },
	{ "Contact",
		"NmPrfx=DOCT/MADM/MISS/MIST/MIKS Nm=140 PhneNb MobNb FaxNb EmailAdr=2048 EmailPurp=35 "
		"JobTitl=35 Rspnsblty=35 Dept=70 Othr*:OtherContact PrefrdMtd=LETT/MAIL/PHON/FAXX/CELL" },
	{ "OtherContact", "ChanlTp!=4 Id=128" },
	{ "Pagination", "PgNb! LastPgInd!" },
	{ "OriginalBusinessQuery", "MsgId!=35 MsgNmId=35 CreDtTm" },
	{ "Report",
		"Id!=35 RptPgntn:Pagination ElctrncSeqNb RptgSeq:SequenceRanges LglSeqNb CreDtTm "
		"FrToDt:Period CpyDplctInd=CODU/COPY/DUPL RptgSrc:Code Acct!:StatementAccount "
		"RltdAcct:Account Intrst*:AccountInterest Bal*:Balance TxsSummry:Totals Ntry*:Entry "
		"AddtlRptInf=500" },
	{ "SequenceRanges", "|FrSeq=35 ToSeq=35 FrToSeq*:SequenceRange EQSeq*=35 NEQSeq*=35" },
	{ "SequenceRange", "FrSeq!=35 ToSeq!=35" },
	{ "Period", "FrDtTm! ToDtTm!" },
	{ "StatementAccount", "Id!:AccountId Tp:Code Ccy Nm=70 Prxy:Proxy Ownr:Party Svcr:Agent" },
	{ "AccountId", "|IBAN Othr:OtherAccountId" },
	{ "OtherAccountId", "Id!=34 SchmeNm:Code Issr=35" },
	{ "Proxy", "Tp:Code Id!=2048" },
	{ "Agent", "FinInstnId!:Institution BrnchId:BranchData" },
	{ "Institution", "BICFI ClrSysMmbId:ClearingMember LEI Nm=140 PstlAdr:Address Othr:OtherId" },
	{ "ClearingMember", "ClrSysId:ClearingSystem MmbId!=35" },
	{ "ClearingSystem", "|Cd=5 Prtry=35" },
	{ "BranchData", "Id=35 LEI Nm=140 PstlAdr:Address" },
	{ "Account", "Id!:AccountId Tp:Code Ccy Nm=70 Prxy:Proxy" },
	{ "AccountInterest", "Tp:InterestType Rate*:Rate FrToDt:Period Rsn=35 Tax:TaxCharges" },
	{ "InterestType", "|Cd=INDY/OVRN Prtry=35" },
	{ "Rate", "Tp!:RateType VldtyRg:AmountRange" },
	{ "RateType", "|Pctg Othr=35" },
	{ "AmountRange", "Amt!:AmountRangeLimits CdtDbtInd=CRDT/DBIT Ccy!" },
	{ "AmountRangeLimits",
		"|FrAmt:AmountRangeBoundary ToAmt:AmountRangeBoundary FrToAmt:FromToAmountRange EQAmt "
		"NEQAmt" },
	{ "AmountRangeBoundary", "BdryAmt! Incl!" },
	{ "FromToAmountRange", "FrAmt!:AmountRangeBoundary ToAmt!:AmountRangeBoundary" },
	{ "TaxCharges", "Id=35 Rate Amt$" },
	{ "Balance",
		"Tp!:BalanceType CdtLine*:CreditLine Amt!$ CdtDbtInd!=CRDT/DBIT Dt!:Day "
		"Avlbty*:Availability" },
	{ "BalanceType", "CdOrPrtry!:Code SubTp:Code" },
	{ "CreditLine", "Incl! Tp:Code Amt$ Dt:Day" },
	{ "Day", "|Dt DtTm" },
	{ "Availability", "Dt!:AvailabilityDate Amt!$ CdtDbtInd!=CRDT/DBIT" },
	{ "AvailabilityDate", "|NbOfDays ActlDt" },
	{ "Totals",
		"TtlNtries:NetTotal TtlCdtNtries:Total TtlDbtNtries:Total TtlNtriesPerBkTxCd*:CodeTotals" },
	{ "NetTotal", "NbOfNtries Sum TtlNetNtry:NetAmount" },
	{ "NetAmount", "Amt! CdtDbtInd!=CRDT/DBIT" },
	{ "Total", "NbOfNtries Sum" },
	{ "CodeTotals",
		"NbOfNtries Sum TtlNetNtry:NetAmount CdtNtries:Total DbtNtries:Total FcstInd "
		"BkTxCd!:BankCode Avlbty*:Availability Dt:Day" },
	{ "BankCode", "Domn:BankDomain Prtry:OtherBankCode" },
	{ "BankDomain", "Cd!=4 Fmly!:BankFamily" },
	{ "BankFamily", "Cd!=4 SubFmlyCd!=4" },
	{ "OtherBankCode", "Cd!=35 Issr=35" },
	{ "Entry",
		"NtryRef=35 Amt!$ CdtDbtInd!=CRDT/DBIT RvslInd Sts!:Code BookgDt:Day ValDt:Day "
		"AcctSvcrRef=35 Avlbty*:Availability BkTxCd!:BankCode ComssnWvrInd AddtlInfInd:MessageId "
		"AmtDtls:Amounts Chrgs:Charges TechInptChanl:Code Intrst:Interest CardTx:CardEntry "
		"NtryDtls*:Details AddtlNtryInf=500" },
	{ "MessageId", "MsgNmId=35 MsgId=35" },
	{ "Amounts",
		"InstdAmt:Amount TxAmt:Amount CntrValAmt:Amount AnncdPstngAmt:Amount "
		"PrtryAmt*:OtherAmount" },
	{ "Amount", "Amt!$ CcyXchg:CurrencyExchange" },
	{ "CurrencyExchange", "SrcCcy! TrgtCcy UnitCcy XchgRate! CtrctId=35 QtnDt" },
	{ "OtherAmount", "Tp!=35 Amt!$ CcyXchg:CurrencyExchange" },
	{ "Charges", "TtlChrgsAndTaxAmt$ Rcrd*:ChargesRecord" },
	{ "ChargesRecord",
		"Amt!$ CdtDbtInd=CRDT/DBIT ChrgInclInd Tp:ChargeType Rate Br=DEBT/CRED/SHAR/SLEV "
		"Agt:Agent Tax:TaxCharges" },
	{ "ChargeType", "|Cd=4 Prtry:IssuedId" },
	{ "IssuedId", "Id!=35 Issr=35" },
	{ "Interest", "TtlIntrstAndTaxAmt$ Rcrd*:InterestRecord" },
	{ "InterestRecord",
		"Amt!$ CdtDbtInd!=CRDT/DBIT Tp:InterestType Rate:Rate FrToDt:Period Rsn=35 "
		"Tax:TaxCharges" },
	{ "CardEntry", "Card:PaymentCard POI:Terminal AggtdNtry:CardAggregated PrePdAcct:Account" },
	{ "PaymentCard", "PlainCardData:PlainCardData CardCtryCd CardBrnd:Id AddtlCardData=70" },
	{ "PlainCardData",
		"PAN! CardSeqNb FctvDt XpryDt! SvcCd TrckData*:TrackData "
		"CardSctyCd:CardSecurityInformation" },
	{ "TrackData", "TrckNb TrckVal!=140" },
	{ "CardSecurityInformation", "CSCMgmt!=PRST/BYPS/UNRD/NCSC CSCVal" },
	{ "Id", "Id!=35 SchmeNm=35 Issr=35" },
	{ "Terminal",
		"Id!:TerminalId SysNm=70 GrpId=35 Cpblties:TerminalCapabilities Cmpnt*:TerminalComponent" },
	{ "TerminalId",
		"Id!=35 Tp=OPOI/MERC/ACCP/ITAG/ACQR/CISS/DLIS Issr=MERC/ACCP/ITAG/ACQR/CISS/TAXH "
		"ShrtNm=35" },
	{ "TerminalCapabilities",
		"CardRdngCpblties*=TAGC/PHYS/BRCD/MGST/CICC/DFLE/CTLS/ECTL "
		"CrdhldrVrfctnCpblties*=MNSG/NPIN/FCPN/FEPN/FDSG/FBIO/MNVR/FBIG/APKI/PKIS/CHDT/SCEC "
		"OnLineCpblties=OFLN/ONLN/SMON DispCpblties*:DisplayCapabilities PrtLineWidth" },
	{ "DisplayCapabilities", "DispTp!=MDSP/CDSP NbOfLines! LineWidth!" },
	{ "TerminalComponent",
		"POICmpntTp!=SOFT/EMVK/EMVO/MRIT/CHIT/SECM/PEDV ManfctrId=35 Mdl=35 VrsnNb=16 SrlNb=35 "
		"ApprvlNb*=70" },
	{ "CardAggregated",
		"AddtlSvc=AGGR/DCCV/GRTT/INSP/LOYT/NRES/PUCO/RECP/SOAF/UNAF/VCAU TxCtgy=4 "
		"SaleRcncltnId=35 SeqNbRg:CardRange TxDtRg:AnyPeriod" },
	{ "CardRange", "FrstTx=35 LastTx=35" },
	{ "AnyPeriod", "|Dt:DatePeriod DtTm:Period" },
	{ "DatePeriod", "FrDt! ToDt!" },
	{ "Details", "Btch:Batch TxDtls*:Transaction" },
	{ "Batch", "MsgId=35 PmtInfId=35 NbOfTxs TtlAmt$ CdtDbtInd=CRDT/DBIT" },
	{ "Transaction",
		"Refs:References Amt$ CdtDbtInd=CRDT/DBIT AmtDtls:Amounts Avlbty*:Availability "
		"BkTxCd:BankCode Chrgs:Charges Intrst:Interest RltdPties:Parties RltdAgts:Agents "
		"LclInstrm:LocalInstrument Purp:Code RltdRmtInf*10:RemittanceLocation RmtInf:Remittances "
		"RltdDts:Dates RltdPric:Prices RltdQties*:Quantities FinInstrmId:Security "
		"Tax:TaxOfPayment RtrInf:Return CorpActn:CorporateAction SfkpgAcct:SecuritiesAccount "
		"CshDpst*:CashDeposit CardTx:CardTransaction AddtlTxInf=500 SplmtryData*:Supplement" },
	{ "References",
		"MsgId=35 AcctSvcrRef=35 PmtInfId=35 InstrId=35 EndToEndId=35 UETR TxId=35 MndtId=35 "
		"ChqNb=35 ClrSysRef=35 AcctOwnrTxId=35 AcctSvcrTxId=35 MktInfrstrctrTxId=35 PrcgId=35 "
		"Prtry*:OtherReference" },
	{ "OtherReference", "Tp!=35 Ref!=35" },
	{ "Parties",
		"InitgPty:PartyOrAgent Dbtr:PartyOrAgent DbtrAcct:Account UltmtDbtr:PartyOrAgent "
		"Cdtr:PartyOrAgent CdtrAcct:Account UltmtCdtr:PartyOrAgent TradgPty:PartyOrAgent "
		"Prtry*:OtherParty" },
	{ "PartyOrAgent", "|Pty:Party Agt:Agent" },
	{ "OtherParty", "Tp!=35 Pty!:PartyOrAgent" },
	{ "Agents",
		"InstgAgt:Agent InstdAgt:Agent DbtrAgt:Agent CdtrAgt:Agent IntrmyAgt1:Agent "
		"IntrmyAgt2:Agent IntrmyAgt3:Agent RcvgAgt:Agent DlvrgAgt:Agent IssgAgt:Agent "
		"SttlmPlc:Agent Prtry*:OtherAgent" },
	{ "OtherAgent", "Tp!=35 Agt!:Agent" },
	{ "LocalInstrument", "|Cd=35 Prtry=35" },
	{ "RemittanceLocation", "RmtId=35 RmtLctnDtls*:RemittanceLocationPart" },
	{ "RemittanceLocationPart",
		"Mtd!=FAXI/EDIC/URID/EMAL/POST/SMSM ElctrncAdr=2048 PstlAdr:NameAndAddress" },
	{ "NameAndAddress", "Nm!=140 Adr!:Address" },
	{ "Remittances", "Ustrd*=140 Strd*:Remittance" },
	{ "Remittance",
		"RfrdDocInf*:Document RfrdDocAmt:RemittanceAmount CdtrRefInf:CreditorReference "
		"Invcr:Party Invcee:Party TaxRmt:TaxInformation GrnshmtRmt:Garnishment AddtlRmtInf*3=140" },
	{ "Document", "Tp:DocumentType Nb=35 RltdDt LineDtls*:DocumentLine" },
	{ "DocumentType", "CdOrPrtry!:DocumentCode Issr=35" },
	{ "DocumentCode",
		"|Cd=MSIN/CNFA/DNFA/CINV/CREN/DEBN/HIRI/SBIN/CMCN/SOAC/DISP/BOLD/VCHR/AROI/TSUT/PUOR "
		"Prtry=35" },
	{ "DocumentLine", "Id!*:DocumentLineId Desc=2048 Amt:RemittanceAmount" },
	{ "DocumentLineId", "Tp:DocumentLineType Nb=35 RltdDt" },
	{ "DocumentLineType", "CdOrPrtry!:Code Issr=35" },
	{ "RemittanceAmount",
		"DuePyblAmt$ DscntApldAmt*:DiscountAmountAndType CdtNoteAmt$ "
		"TaxAmt*:DiscountAmountAndType AdjstmntAmtAndRsn*:DocumentAdjustment RmtdAmt$" },
	{ "DiscountAmountAndType", "Tp:Code Amt!$" },
	{ "DocumentAdjustment", "Amt!$ CdtDbtInd=CRDT/DBIT Rsn=4 AddtlInf=140" },
	{ "CreditorReference", "Tp:CreditorReferenceType Ref=35" },
	{ "CreditorReferenceType", "CdOrPrtry!:CreditorReferenceCode Issr=35" },
	{ "CreditorReferenceCode", "|Cd=RADM/RPIN/FXDR/DISP/PUOR/SCOR Prtry=35" },
	{ "TaxInformation",
		"Cdtr:TaxParty Dbtr:TaxPayer UltmtDbtr:TaxPayer AdmstnZone=35 RefNb=140 Mtd=35 "
		"TtlTaxblBaseAmt$ TtlTaxAmt$ Dt SeqNb Rcrd*:TaxRecord" },
	{ "TaxParty", "TaxId=35 RegnId=35 TaxTp=35" },
	{ "TaxPayer", "TaxId=35 RegnId=35 TaxTp=35 Authstn:TaxAuthorisation" },
	{ "TaxAuthorisation", "Titl=35 Nm=140" },
	{ "TaxRecord",
		"Tp=35 Ctgy=35 CtgyDtls=35 DbtrSts=35 CertId=35 FrmsCd=35 Prd:TaxPeriod TaxAmt:TaxAmount "
		"AddtlInf=140" },
	{ "TaxPeriod",
		"Yr Tp=MM01/MM02/MM03/MM04/MM05/MM06/MM07/MM08/MM09/MM10/MM11/MM12/QTR1/"
		"QTR2/QTR3/QTR4/HLF1/HLF2 FrToDt:DatePeriod" },
	{ "TaxAmount", "Rate TaxblBaseAmt$ TtlAmt$ Dtls*:TaxPart" },
	{ "TaxPart", "Prd:TaxPeriod Amt!$" },
	{ "Garnishment",
		"Tp!:DocumentLineType Grnshee:Party GrnshmtAdmstr:Party RefNb=140 Dt RmtdAmt$ "
		"FmlyMdclInsrncInd MplyeeTermntnInd" },
	{ "Dates",
		"AccptncDtTm TradActvtyCtrctlSttlmDt TradDt IntrBkSttlmDt StartDt EndDt TxDtTm "
		"Prtry*:OtherDate" },
	{ "OtherDate", "Tp!=35 Dt!:Day" },
	{ "Prices", "|DealPric:Price Prtry*:OtherPrice" },
	{ "Price", "Tp!:YieldedOrValueType Val!:PriceRateOrAmount" },
	{ "YieldedOrValueType", "|Yldd ValTp=DISC/PREM/PARV" },
	{ "PriceRateOrAmount", "|Rate Amt$" },
	{ "OtherPrice", "Tp!=35 Pric!$" },
	{ "Quantities",
		"|Qty:Quantity OrgnlAndCurFaceAmt:OriginalAndCurrentQuantities Prtry:OtherQuantity" },
	{ "Quantity", "|Unit FaceAmt AmtsdVal" },
	{ "OriginalAndCurrentQuantities", "FaceAmt! AmtsdVal!" },
	{ "OtherQuantity", "Tp!=35 Qty!=35" },
	{ "Security", "ISIN OthrId*:OtherSecurity Desc=140" },
	{ "OtherSecurity", "Id!=35 Sfx=16 Tp!:Code" },
	{ "TaxOfPayment",
		"Cdtr:TaxParty Dbtr:TaxPayer AdmstnZone=35 RefNb=140 Mtd=35 TtlTaxblBaseAmt$ TtlTaxAmt$ "
		"Dt SeqNb Rcrd*:TaxRecord" },
	{ "Return", "OrgnlBkTxCd:BankCode Orgtr:Party Rsn:Code AddtlInf*=105" },
	{ "CorporateAction", "EvtTp!=35 EvtId!=35" },
	{ "SecuritiesAccount", "Id!=35 Tp:SchemedId Nm=70" },
	{ "CashDeposit", "NoteDnmtn!$ NbOfNotes! Amt!$" },
	{ "CardTransaction", "Card:PaymentCard POI:Terminal Tx:CardTransactions PrePdAcct:Account" },
	{ "CardTransactions", "|Aggtd:CardAggregated Indv:CardSingle" },
	{ "CardSingle",
		"ICCRltdData=1025 PmtCntxt:PaymentContext "
		"AddtlSvc=AGGR/DCCV/GRTT/INSP/LOYT/NRES/PUCO/RECP/SOAF/UNAF/VCAU TxCtgy=4 "
		"SaleRcncltnId=35 SaleRefNb=35 RePresntmntRsn=4 SeqNb=35 TxId:TransactionId Pdct:Product "
		"VldtnDt VldtnSeqNb=35" },
	{ "PaymentContext",
		"CardPres CrdhldrPres OnLineCntxt AttndncCntxt=ATTD/SATT/UATT TxEnvt=MERC/PRIV/PUBL "
		"TxChanl=MAIL/TLPH/ECOM/TVPY AttndntMsgCpbl AttndntLang "
		"CardDataNtryMd!=TAGC/PHYS/BRCD/MGST/CICC/DFLE/CTLS/ECTL FllbckInd "
		"AuthntcnMtd:CardholderAuthentication" },
	{ "CardholderAuthentication",
		"AuthntcnMtd!=UKNW/BYPS/NPIN/FPIN/CPSG/PPSG/MANU/MERC/SCRT/SNCT/SCNL "
		"AuthntcnNtty!=ICCD/AGNT/MERC" },
	{ "TransactionId", "TxDtTm! TxRef!=35" },
	{ "Product",
		"PdctCd!=70 UnitOfMeasr=PIEC/TONS/FOOT/GBGA/USGA/GRAM/INCH/KILO/PUND/METR/CMET/"
		"MMET/LITR/CELI/MILI/GBOU/USOU/GBQA/USQA/GBPI/USPI/MILE/KMET/YARD/SQKI/"
		"HECT/ARES/SMET/SCMT/SMIL/SQMI/SQYA/SQFO/SQIN/ACRE PdctQty UnitPric PdctAmt TaxTp=35 "
		"AddtlPdctInf=35" },
	{ "Supplement", "PlcAndNm=350 Envlp!" },
	{ "Statements", "GrpHdr!:Header Stmt!*:Statement SplmtryData*:Supplement" },
	{ "Statement",
		"Id!=35 StmtPgntn:Pagination ElctrncSeqNb RptgSeq:SequenceRanges LglSeqNb CreDtTm "
		"FrToDt:Period CpyDplctInd=CODU/COPY/DUPL RptgSrc:Code Acct!:StatementAccount "
		"RltdAcct:Account Intrst*:AccountInterest Bal!*:Balance TxsSummry:Totals Ntry*:Entry "
		"AddtlStmtInf=500" },
	{ "Notifications", "GrpHdr!:Header Ntfctn!*:Notification SplmtryData*:Supplement" },
	{ "Notification",
		"Id!=35 NtfctnPgntn:Pagination ElctrncSeqNb RptgSeq:SequenceRanges LglSeqNb CreDtTm "
		"FrToDt:Period CpyDplctInd=CODU/COPY/DUPL RptgSrc:Code Acct!:StatementAccount "
		"RltdAcct:Account Intrst*:AccountInterest TxsSummry:Totals Ntry*:Entry "
		"AddtlNtfctnInf=500" },
	{ NULL },
};
