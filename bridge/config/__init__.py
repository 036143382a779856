"""`poebridge.toml` and the environment, made into one frozen Config; every problem is reported at once.

Here a configuration gets its meaning: the core's `Settings`, the house's own budgets, and a section for each adapter.
The only place that knows the names of environment variables. Nothing is opened, connected or tried here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from bridge.config import platforms
from bridge.config import sections as shapes
from bridge.config.sentences import meant, said, sentence
from bridge.config.sources import PREFIX, Gathered, Key, gather, line_of
from bridge.rules import access
from bridge.values.errors import ConfigError
from bridge.values.ids import BudgetId, ModelId, PersonId, WorkspaceId
from bridge.values.models import Preset
from bridge.values.points import Budget, Period, PeriodKind, Scope, ScopeKind, Share
from bridge.values.settings import Settings

POE_KEY: Key = ("poe", "key")
CHAT: Key = ("chat",)
"""Some platform or other."""
TO_RUN = (POE_KEY, CHAT)
"""What `load` has to find when the bridge is to be run."""

POES_OWN = "api.poe.com"
_OTHER_VARIABLES = ("POEBRIDGE_CONFIG", "POEBRIDGE_DEBUG")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Checked and complete. Secrets are pydantic `SecretStr`s: no repr shows them."""

    settings: Settings
    budgets: tuple[Budget, ...]  # of the house, for whoever has no rule of their own
    poe: shapes.PoeSection
    discord: shapes.DiscordSection
    slack: shapes.SlackSection
    store: shapes.StoreSection
    web: shapes.WebSection
    log: shapes.LogSection


def load(path: Path | None, env: Mapping[str, str], *, needs: tuple[Key, ...] = ()) -> Config:
    """Read and check everything. `path` None: the environment alone. Raises ConfigError with all problems."""
    gathered = gather(path, env)
    unreadable = bool(gathered.problems)
    problems = [*gathered.problems, *_misspelled(env)]
    try:
        found = shapes.Sections.model_validate(gathered.values)
    except ValidationError as error:
        problems += _invalid(error, gathered)
    else:
        problems += _crossed(found, gathered)
    if not unreadable:
        problems += _missing(gathered.values, needs)
    if problems:
        raise ConfigError(tuple(problems))
    return _config(found)


def _invalid(error: ValidationError, gathered: Gathered) -> list[str]:
    """In the order in which they stand in the file."""
    found = [
        (gathered.origin(tuple(str(step) for step in each["loc"])), each)
        for each in error.errors(include_url=False)
    ]
    found.sort(key=lambda pair: line_of(pair[0]))
    return [sentence(each, origin) for origin, each in found]


def _misspelled(env: Mapping[str, str]) -> Iterator[str]:
    """One underline where there should be two. Other names are not ours to judge: Kubernetes makes POEBRIDGE_PORT by itself."""
    rightly: dict[str, str] = {
        f"{PREFIX}{section}_{key}".upper(): f"{PREFIX}{section}__{key}".upper()
        for section, field in shapes.Sections.model_fields.items()
        for key in getattr(field.annotation, "model_fields", ())
    }
    for name in sorted(env):
        if name in rightly and name not in _OTHER_VARIABLES:
            yield f"{name} is not a setting I know. Did you mean {rightly[name]}?"


def _missing(values: Mapping[str, Any], needs: tuple[Key, ...]) -> Iterator[str]:
    if POE_KEY in needs and not _given(values, POE_KEY):
        yield said(POE_KEY, "is missing: set POE_API_KEY to a key from https://poe.com/api/keys", "")
    if CHAT in needs and not any(_given(values, key) for key in platforms.KEYS):
        yield platforms.NONE


def _given(values: Mapping[str, Any], key: Key) -> bool:
    table = values.get(key[0])
    return isinstance(table, dict) and bool(table.get(key[1]))


def _crossed(found: shapes.Sections, gathered: Gathered) -> Iterator[str]:
    """What is right by itself and wrong together."""
    for key, wrong in platforms.problems(found):
        place = gathered.origin(key[:1])  # what is not there has no line; its table may have one
        yield said(key, wrong, "" if place.isupper() else place)
    presets = {"default", *found.presets}
    wanted = found.answers.default_preset
    if wanted not in presets:
        key = ("answers", "default_preset")
        yield said(
            key,
            f'names a preset that does not exist: "{wanted}"{meant(wanted, presets)}',
            gathered.origin(key),
        )
    settings = _settings(found)
    models: dict[Key, str] = {("answers", "default_model"): found.answers.default_model}
    models |= {
        ("presets", name, "model"): preset.model for name, preset in found.presets.items() if preset.model
    }
    for key, model in models.items():
        if not access.usable(ModelId(model), settings):
            yield said(
                key,
                f'is "{model}", which [models] allow and deny do not let anyone use',
                gathered.origin(key),
            )


def _config(found: shapes.Sections) -> Config:
    return Config(
        settings=_settings(found),
        budgets=tuple(_budgets(found.budget)),
        poe=found.poe,
        discord=found.discord,
        slack=found.slack,
        store=found.store,
        web=found.web,
        log=found.log,
    )


def _settings(found: shapes.Sections) -> Settings:
    answers, limits = found.answers, found.limits
    return Settings(
        presets=_presets(found),
        default_preset=answers.default_preset,
        threading=answers.threading,
        open_threads=found.discord.threads,
        max_turns=answers.max_turns,
        history_tokens=answers.history_tokens,
        floor_tokens=answers.floor_tokens,
        max_messages=answers.max_messages,
        max_file_bytes=int(limits.max_file_mb * 1024 * 1024),
        max_files=limits.max_files,
        queue_person=limits.queue_person,
        queue_conversation=limits.queue_conversation,
        queue_all=limits.queue_all,
        live_answers=limits.live_answers,
        answer_seconds=limits.answer_seconds,
        row_settles=found.poe.books_settle_seconds,
        uncertain_seconds=found.poe.uncertain_seconds,
        warn_percents=tuple(sorted(set(found.budget.warn))),
        admins=frozenset(_person(name) for name in found.admins.people),
        home_workspaces=frozenset(WorkspaceId(each) for each in platforms.limited_to(found)),
        flat_prices={ModelId(model.lower()): points for model, points in found.models.flat.items()},
        unpriced_is_free=urlsplit(found.poe.base_url).hostname != POES_OWN,
        allow_models=found.models.allow,
        deny_models=found.models.deny,
    )


def _presets(found: shapes.Sections) -> dict[str, Preset]:
    """A preset says what is different; the rest is as `[answers]` says."""
    answers = found.answers
    house = Preset(
        name="default",
        model=ModelId(answers.default_model),
        system_prompt=answers.system_prompt,
        system_as=answers.system_as,
        max_output_tokens=answers.max_output_tokens,
        temperature=answers.temperature,
        footer=answers.footer,
    )
    return {"default": house} | {name: _preset(name, own, house) for name, own in found.presets.items()}


def _preset(name: str, own: shapes.PresetSection, house: Preset) -> Preset:
    return Preset(
        name=name,
        model=ModelId(own.model) if own.model else house.model,
        system_prompt=house.system_prompt if own.system_prompt is None else own.system_prompt,
        system_as=own.system_as or house.system_as,
        max_output_tokens=own.max_output_tokens or house.max_output_tokens,
        temperature=house.temperature if own.temperature is None else own.temperature,
        footer=house.footer if own.footer is None else own.footer,
    )


def _budgets(budget: shapes.BudgetSection) -> Iterator[Budget]:
    period = Period(kind=PeriodKind(budget.period), zone=budget.zone)
    house = Scope(kind=ScopeKind.HOUSE)
    yield Budget(id=BudgetId("house/each"), scope=house, share=Share.EACH, limit=budget.person, period=period)
    if budget.total is not None:
        yield Budget(
            id=BudgetId("house/pool"), scope=house, share=Share.POOL, limit=budget.total, period=period
        )


def _person(name: str) -> PersonId:
    """`discord:80351110224678912` is the person with that id; ids of two platforms never look alike."""
    return PersonId(name.partition(":")[2])
