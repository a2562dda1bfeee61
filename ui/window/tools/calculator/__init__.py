"""The two calculators: engines without Qt (`standard`, `scientific`), and the keypads that drive them."""
