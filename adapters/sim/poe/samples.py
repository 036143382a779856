"""Code to show in answers, one program in several languages; ``NAME`` and ``SUBJECT`` are filled in."""

from __future__ import annotations

SAMPLES = {
    "python": '''
def NAME(items):
    """Count how often each item of SUBJECT appears."""
    seen = {}
    for item in items:
        seen[item] = seen.get(item, 0) + 1
    return seen


print(NAME(["a", "b", "a"]))  # {'a': 2, 'b': 1}
''',
    "javascript": """
// Count how often each item of SUBJECT appears.
function NAME(items) {
  const seen = new Map();
  for (const item of items) seen.set(item, (seen.get(item) ?? 0) + 1);
  return seen;
}

console.log(NAME(["a", "b", "a"]));
""",
    "typescript": """
/** Count how often each item of SUBJECT appears. */
export function NAME(items: string[]): Map<string, number> {
  const seen = new Map<string, number>();
  for (const item of items) seen.set(item, (seen.get(item) ?? 0) + 1);
  return seen;
}
""",
    "rust": """
use std::collections::HashMap;

/// Count how often each item of SUBJECT appears.
fn NAME(items: &[&str]) -> HashMap<String, usize> {
    let mut seen = HashMap::new();
    for item in items {
        *seen.entry(item.to_string()).or_insert(0) += 1;
    }
    seen
}
""",
    "go": """
// NAME counts how often each item of SUBJECT appears.
func NAME(items []string) map[string]int {
\tseen := map[string]int{}
\tfor _, item := range items {
\t\tseen[item]++
\t}
\treturn seen
}
""",
    "sql": """
-- How often each item of SUBJECT appears.
SELECT item, COUNT(*) AS times
FROM NAME
GROUP BY item
ORDER BY times DESC;
""",
    "bash": """
#!/usr/bin/env bash
# Count how often each line of SUBJECT appears.
sort "$1" | uniq -c | sort -rn | head -n 10
""",
    "json": """
{
  "subject": "SUBJECT",
  "name": "NAME",
  "steps": ["look", "count", "compare"]
}
""",
    "html": """
<section id="NAME">
  <h2>SUBJECT</h2>
  <p>Three things to know.</p>
</section>
""",
}
