"""The colours of the admin: its own, and one of strong contrast. Textual's can be chosen too."""

from __future__ import annotations

from textual.theme import Theme

DARK, LIGHT, CONTRAST, PLAIN = "dun", "dun-light", "dun-contrast", "ansi-dark"
"""`PLAIN` leaves the colours to the terminal; it is used where NO_COLOR asks for none."""

THEMES = (
    Theme(
        name=DARK,
        primary="#7aa2c8",
        secondary="#9d8fbf",
        accent="#e0af68",
        warning="#e0af68",
        error="#c9545d",
        success="#7fb069",
        foreground="#d5d8dc",
        background="#15191e",
        surface="#1b2027",
        panel="#252c35",
        variables={
            "block-cursor-background": "#34506b",
            "block-cursor-foreground": "#ffffff",
            "block-cursor-text-style": "none",
            "input-selection-background": "#7aa2c8 35%",
        },
    ),
    Theme(
        name=LIGHT,
        primary="#285577",
        secondary="#5c4a86",
        accent="#8a5a00",
        warning="#8a5a00",
        error="#a3222d",
        success="#2f6b1f",
        foreground="#1e2226",
        background="#f7f6f2",
        surface="#efede6",
        panel="#e2dfd5",
        dark=False,
        variables={
            "block-cursor-background": "#bcd3e6",
            "block-cursor-foreground": "#10151a",
            "block-cursor-text-style": "none",
        },
    ),
    Theme(
        name=CONTRAST,
        primary="#00d7ff",
        secondary="#ffffff",
        accent="#ffff00",
        warning="#ffff00",
        error="#ff5f5f",
        success="#00ff5f",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#262626",
        variables={
            "block-cursor-background": "#ffff00",
            "block-cursor-foreground": "#000000",
            "block-cursor-text-style": "bold",
            "text-muted": "#ffffff",
        },
    ),
)
