      * A card payment, in the shape that batch files of card systems have.
       01  PAYMENT.
           05  ID                  PIC X(16).
           05  KIND                PIC X(02).
           05  CATEGORY            PIC 9(04).
           05  CHANNEL             PIC X(10).
           05  DETAIL              PIC X(100).
           05  AMOUNT              PIC S9(09)V99.
           05  MERCHANT            PIC 9(09).
           05  MERCHANT-NAME       PIC X(50).
           05  CITY                PIC X(50).
           05  POSTCODE            PIC X(10).
           05  CARD                PIC X(16).
           05  ORDERED-AT          PIC X(26).
           05  BOOKED-AT           PIC X(26).
           05  FILLER              PIC X(20).
