"""ISO 4217 currencies and the number of digits of their minor unit."""

from __future__ import annotations

_TWO_DIGITS = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
    CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
    GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL
    MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN
    PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP
    SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW
    ZWG
"""
_NO_DIGITS = """
    BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF
"""
_THREE_DIGITS = """
    BHD IQD JOD KWD LYD OMR TND
"""

MINOR_DIGITS: dict[str, int] = {
    **dict.fromkeys(_NO_DIGITS.split(), 0),
    **dict.fromkeys(_TWO_DIGITS.split(), 2),
    **dict.fromkeys(_THREE_DIGITS.split(), 3),
}
"""Digits after the decimal point, by alphabetic code. Source: ISO 4217 list one, active codes of
countries (funds codes, precious metals and testing codes left out)."""

_OTHER_NAMES = {
    "EURO": "EUR",
    "EUROS": "EUR",
    "SFR": "CHF",
    "DOLLAR": "USD",
    "DOLLARS": "USD",
    "STG": "GBP",
    "RMB": "CNY",
    "NIS": "ILS",
}


def meant_currency(word: str) -> str | None:
    """The code that was meant by a word that is none: `eur`, `EURO` and `ERU` are EUR; or None.

    Of a hundred and fifty codes, some one always differs in a single letter: only swapped
    letters are taken for a slip.
    """
    upper = word.upper()
    if upper in MINOR_DIGITS:
        return upper
    if upper in _OTHER_NAMES:
        return _OTHER_NAMES[upper]
    swapped = [code for code in MINOR_DIGITS if sorted(code) == sorted(upper)]
    return swapped[0] if len(swapped) == 1 else None
