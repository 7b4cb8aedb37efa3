"""How a scenario states a number: read from a data row, or assumed as a value or a range with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
LARGEST = 1e9  # of any number a scenario states; what overflows is no amount of money


def _no_device(name: str) -> str:
    if name == "sweeps":
        raise ValueError("sweeps is the folder of the sweeps among the reports")
    if name in _DEVICES:
        raise ValueError(
            f"{name} is the name of a device on Windows, so no report could stand in a folder of that name"
        )
    return name


def _no_giant(number: float) -> float:
    if abs(number) > LARGEST:
        raise ValueError(f"{number:g} is beyond {LARGEST:g}")
    return number


RowId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{1,60}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=2000)]
ScenarioId = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,60}[a-z0-9])?$"), AfterValidator(_no_device)
]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,40}$")]
Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False), AfterValidator(_no_giant)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False), AfterValidator(_no_giant)]


class Strict(BaseModel):
    """Unknown keys are errors and nothing changes after the check."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def told(meaning: str, unit: str = "", default: Any = ..., **limits: Any) -> Any:
    """A field with its meaning and unit, as `hns explain` tells them; required where no default is given."""
    start = {} if "default_factory" in limits else {"default": default}
    return Field(**start, description=meaning, json_schema_extra={"unit": unit} if unit else None, **limits)


def _number_as_value(raw: object) -> object:
    return {"value": raw} if isinstance(raw, int | float) and not isinstance(raw, bool) else raw


def _list_as_range(raw: object) -> object:
    """A bare number is a certain value, a bare list a range; both then lack a reason and are shown as such."""
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return {"range": [raw, raw, raw]}
    return {"range": raw} if isinstance(raw, list | tuple) else raw


class QuantityGiven(Strict):
    """One amount: from a data row, or assumed. Never negative."""

    row: RowId | None = told("id of the data row the number is read from", default=None)
    field: Literal["value", "value_to", "count"] = told("column of that row", default="value")
    value: Amount | None = told("the number, where assumed", default=None)
    reason: Text | None = told("why this number", default=None)

    @model_validator(mode="after")
    def _one_of_row_or_value(self) -> Self:
        if (self.row is None) == (self.value is None):
            raise ValueError("give either a data row (row: J029) or a value with a reason, not both")
        return self


class AssumedGiven(Strict):
    """One assumed number that is not drawn, and why."""

    value: Amount = told("the number")
    reason: Text | None = told("why this number", default=None)


class RangeGiven(Strict):
    """An assumption: [lowest, most likely, highest] of a PERT distribution, and why."""

    range: tuple[Finite, Finite, Finite] = told("[lowest, most likely, highest] of a PERT distribution")
    reason: Text | None = told("why this range", default=None)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        low, mode, high = self.range
        if not low <= mode <= high:
            raise ValueError(f"[lowest, most likely, highest] must be in rising order, not {list(self.range)}")
        return self

    @property
    def mean(self) -> float:
        """Mean of the PERT distribution, (min + 4 mode + max) / 6."""
        low, mode, high = self.range
        return (low + 4 * mode + high) / 6


Quantity = Annotated[QuantityGiven, BeforeValidator(_number_as_value)]
Assumed = Annotated[AssumedGiven, BeforeValidator(_number_as_value)]
Range = Annotated[RangeGiven, BeforeValidator(_list_as_range)]


def within(low: float, high: float, what: str) -> Callable[[RangeGiven], RangeGiven]:
    """A check that refuses a range reaching outside `low` to `high`; `what` names it in the refusal."""

    def check(value: RangeGiven) -> RangeGiven:
        if value.range[0] < low or value.range[2] > high:
            raise ValueError(f"{what} must lie between {low:g} and {high:g}, not {list(value.range)}")
        return value

    return check
