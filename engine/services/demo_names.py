"""Names and places of the demo company's customers. All of them are made up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Land:
    """What customers of one country are called and where they live."""

    share: int
    """How many of a thousand customers live there."""
    currency: str
    language: str
    dial: str
    first: tuple[str, ...]
    last: tuple[str, ...]
    trades: tuple[str, ...]
    forms: tuple[str, ...]
    bodies: tuple[str, ...]
    """Names of public bodies; `{}` is the city."""
    streets: tuple[str, ...]
    cities: tuple[tuple[str, str], ...]
    """Postcode and city."""


LANDS: dict[str, Land] = {
    "DE": Land(
        510,
        "EUR",
        "de",
        "+49",
        ("Anna", "Jonas", "Leyla", "Markus", "Petra", "Emre", "Sabine", "Tobias", "Miriam", "Uwe"),
        ("Berger", "Yilmaz", "Kowalski", "Hartmann", "Sommer", "Vogt", "Lindner", "Nowak", "Roth"),
        ("Werkzeugbau", "Elektrotechnik", "Bäckerei", "Druckerei", "Tischlerei", "Logistik"),
        ("GmbH", "GmbH & Co. KG", "AG", "e. K.", "UG"),
        ("Stadt {}", "Stadtwerke {}", "Gymnasium {}", "Landkreis {}"),
        ("Lindenweg", "Bahnhofstraße", "Am Mühlbach", "Schillerstraße", "Gartenstraße"),
        (
            ("80331", "München"),
            ("50667", "Köln"),
            ("04109", "Leipzig"),
            ("24103", "Kiel"),
            ("90402", "Nürnberg"),
            ("79098", "Freiburg"),
        ),
    ),
    "AT": Land(
        140,
        "EUR",
        "de",
        "+43",
        ("Katharina", "Lukas", "Theresa", "Florian", "Ivana", "Georg"),
        ("Gruber", "Huber", "Wallner", "Horvat", "Eder", "Pichler"),
        ("Holzbau", "Installationen", "Konditorei", "Maschinenbau"),
        ("GmbH", "OG", "e. U."),
        ("Marktgemeinde {}", "Magistrat {}"),
        ("Hauptplatz", "Wiener Straße", "Kirchengasse"),
        (("1070", "Wien"), ("8010", "Graz"), ("5020", "Salzburg"), ("6020", "Innsbruck")),
    ),
    "NL": Land(
        120,
        "EUR",
        "nl",
        "+31",
        ("Sanne", "Daan", "Fatima", "Pieter", "Lotte", "Bram"),
        ("de Vries", "Bakker", "Visser", "El Amrani", "Smit", "Dekker"),
        ("Installatietechniek", "Drukwerk", "Bloemen", "Transport"),
        ("B.V.", "V.O.F.", "N.V."),
        ("Gemeente {}", "Waterschap {}"),
        ("Dorpsstraat", "Kanaalweg", "Molenlaan"),
        (("3511 AB", "Utrecht"), ("1012 JS", "Amsterdam"), ("9711 LM", "Groningen")),
    ),
    "GB": Land(
        110,
        "GBP",
        "en",
        "+44",
        ("Amelia", "Oliver", "Priya", "Callum", "Grace", "Yusuf"),
        ("Whitfield", "Okafor", "Patel", "Hughes", "Barlow", "Sinclair"),
        ("Joinery", "Catering", "Printworks", "Freight"),
        ("Ltd", "LLP", "plc"),
        ("{} City Council", "{} Academy"),
        ("High Street", "Mill Lane", "Station Road"),
        (("LS1 4AP", "Leeds"), ("BS1 5TR", "Bristol"), ("M2 3DE", "Manchester")),
    ),
    "CH": Land(
        35,
        "CHF",
        "de",
        "+41",
        ("Reto", "Nadine", "Urs"),
        ("Aebischer", "Zumbrunn", "Ferrari"),
        ("Feinmechanik", "Treuhand"),
        ("AG", "GmbH"),
        ("Gemeinde {}",),
        ("Seestrasse", "Dorfplatz"),
        (("8001", "Zürich"), ("3011", "Bern"), ("4051", "Basel")),
    ),
    "FR": Land(
        35,
        "EUR",
        "fr",
        "+33",
        ("Camille", "Youssef", "Élodie"),
        ("Moreau", "Benali", "Lefèvre"),
        ("Boulangerie", "Menuiserie"),
        ("SARL", "SAS"),
        ("Mairie de {}",),
        ("rue des Lilas", "avenue de la Gare"),
        (("69002", "Lyon"), ("67000", "Strasbourg")),
    ),
    "US": Land(
        30,
        "USD",
        "en",
        "+1",
        ("Maya", "Ethan", "Luis"),
        ("Carter", "Nguyen", "Ramirez"),
        ("Design", "Analytics"),
        ("LLC", "Inc."),
        ("City of {}",),
        ("Oak Street", "Elm Avenue"),
        (("97201", "Portland"), ("78701", "Austin")),
    ),
    "JP": Land(
        20,
        "JPY",
        "ja",
        "+81",
        ("Haruka", "Kenji"),
        ("Tanaka", "Suzuki"),
        ("Design", "Trading"),
        ("K.K.",),
        ("{} City",),
        ("Chūō-dōri", "Sakura-dōri"),
        (("150-0001", "Tōkyō"), ("530-0001", "Ōsaka")),
    ),
}
