# Unicode 3.2 does not know what came later, and has some other properties
import unicodedata
old = unicodedata.ucd_3_2_0
for c in "+\u00aa\u00b2\u0221\u327c\U0001d7fd\U0001f600\u0f3a":
    print(ascii(c), old.category(c), old.bidirectional(c), old.name(c, None), old.decimal(c, None), old.east_asian_width(c), old.mirrored(c), ascii(old.normalize("NFKD", c)))
print(ascii(old.normalize("NFC", "\U0002f868")), ascii(unicodedata.normalize("NFC", "\U0002f868")))
for name in ("CJK UNIFIED IDEOGRAPH-3400", "CJK UNIFIED IDEOGRAPH-03400"):
    try:
        print(ascii(unicodedata.lookup(name)))
    except KeyError as e:
        print(e)
