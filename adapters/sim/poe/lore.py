"""The one thing the simulated model knows well, for whoever looks at its answers: the sea.

Here: true texts, as a good model would write them.  Not here: when they are the answer (``facts``).
"""

TIDES = """\
## Tides
The Moon pulls the sea into two bulges, and the turning Earth carries every coast through both of them each day. \
How far the water rises differs:
| Place | Range | High tides a day |
| :--- | ---: | :---: |
| Bay of Fundy | 16.0 m | 2 |
| Saint-Malo | 12.0 m | 2 |
| Venice | 1.0 m | 2 |
| Pensacola | 0.5 m | 1 |

- **Spring tides** are the largest: at new and full moon, Sun and Moon pull in line.
- **Neap tides** are the smallest, and come a week later."""

TIDE_CODE = """\
Between high and low water it follows a wave of 12.42 hours:
```python
from math import cos, pi

def depth(hours, mean=8.0, tide=12.0):
    \"\"\"Metres of water, so many hours after high tide.\"\"\"
    return mean + tide / 2 * cos(2 * pi * hours / 12.42)

print(f"{depth(3):.1f} m")  # 8.3 m
```"""
