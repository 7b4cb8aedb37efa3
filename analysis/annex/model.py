"""The model in words and formulas, with the values this scenario puts into it."""

from __future__ import annotations

import pandas as pd

from analysis import formats
from analysis.annex.front import LEVELS
from analysis.briefing.view import View, certain_state, length
from analysis.case import Case
from analysis.exhibit import Column, Exhibit, prose, table
from analysis.wording import state_name


def path(case: Case) -> Exhibit:
    """Formula of the status-quo path and of its band."""
    error = case.scenario.outlook_error_pct.value
    shown = case.ledger.quote(
        "outlook_error_pct", error, "percent", formats.percent(error, 1), assumptions=["outlook_error_pct"]
    )
    return prose(
        "**The status-quo path** is what the host would pay if nothing were renegotiated. Each category $`k`$ grows from its "
        "amount in the base year, $`c_k`$, at a yearly rate $`g_k`$, scaled by a quantity paid for, $`q_k`$, where there is one "
        "(such as the number of base workers); or it has a level of its own. An agreed floor and cap then bound it:\n\n"
        r"$$ s_t = \sum_{k} \max\left( \text{floor}_k,\; \min\left( \text{cap}_k,\; c_k (1 + g_k)^{t} \frac{q_k}{q_{k,0}} \right) \right) $$"
        "\n\nOne draw of each driver holds for the whole horizon, so that a wage growth that is high stays high. The sum is then "
        "multiplied by a factor with mean 1, correlated from year to year, which widens the band to the error past outlooks "
        f"have shown: {shown} on average in the fifth year."
    )


def settlement(case: Case) -> Exhibit:
    """Formulas of the settlement on three levels of knowledge, and which is in use here."""
    given = case.scenario.settlement
    parts = [
        "**The price** is an uplift $`u`$, in percent over the status-quo path. It is foreseen on one of three levels of "
        "knowledge. With nothing leaked (L0) it follows past rounds, a shifted and scaled Student t; with an ask of $`m`$ times "
        "the payment (L1) it rises with the logarithm of the ask, because in past rounds the larger the ask, the smaller the "
        "share of it that was met; with a last offer $`O`$ and a last ask $`A`$ (L2) it lies between the two:\n\n"
        r"$$ \text{L0:}\; u = u_{\text{ref}} \quad \text{L1:}\; u = u_{\text{ref}} + \kappa \ln m "
        r"\quad \text{L2:}\; u = \frac{O + \lambda_1 (A - O)}{\bar{s}_0} - 1 $$",
        f"**In use here: {given.level}**, that is {LEVELS[given.level]}. " + _after(case),
    ]
    return prose("\n\n".join(parts))


def _after(case: Case) -> str:
    given, strategy = case.scenario.settlement, case.scenario.strategy
    if given.uplift_pct:
        return (
            "For the deal after the event the scenario states ranges of its own in place of the model, one for each outcome; "
            "talks that leave the frame are "
            + ("added with the weight of the tail." if given.has_tail else "inside them.")
        )
    level = "L0" if given.level == "L0" else "L1"
    words = (
        f"The deal after the event is foreseen on {level}, since no offer to a later administration can be known. With weight "
        "$`w`$ those talks leave the existing frame, and the uplift is then drawn from a range of its own:\n\n"
        r"$$ \E(u_2) = (1 - w)\, \E(u_{\text{ref}} + \kappa \ln m_2) + w\, \E(u_{\text{out}}) $$"
        "\n\nThe price now carries no such tail: it is seen, and can be refused."
    )
    if strategy.ratchet_rule == "floor":
        words += (
            " A ratchet applies: the later deal cannot fall below a share $`\\rho`$ of the bridge's uplift, "
            r"$`\bar{u}_a = \max( u_a, \rho u_b )`$. That is a strong assumption, since it cuts off the falls past rounds hold."
        )
    elif strategy.ratchet_rule == "carry":
        words += " A ratchet applies: a share $`\\rho`$ of a rise in the bridge stays in the later deal."
    return words


def choice(case: Case) -> Exhibit:
    """Formulas of the choice between the full-length deal and the bridge."""
    rate = case.scenario.money.discount_rate
    discount = (
        f" Amounts are discounted at {formats.percent(100 * rate, 1)} a year." if rate else " Nothing is discounted."
    )
    return prose(
        "**The choice** over $`n`$ years is between a full-length deal now at $`u_N`$, and a bridge of $`b`$ years at $`u_b`$ with a "
        "deal at $`u_a`$ after the event, $`a`$ being its outcome; $`f`$ is the cost of a second round:\n\n"
        r"$$ C_N = \sum_{t=0}^{n-1} s_t (1 + u_N) \quad C_a = \sum_{t<b} s_t (1 + u_b) + \sum_{t \ge b} s_t (1 + u_a) + f s_0 $$"
        "\n\nWith probability $`p`$ of the first outcome, the **reservation price**, the **value of waiting** and the **break-even "
        "probability** follow in closed form (the first one as it reads for a level path):\n\n"
        r"$$ u^* = \frac{1}{n} \left[ b u_b + (n - b) \left( p u_1 + (1 - p) u_2 \right) + f \right] $$"
        "\n\n"
        r"$$ V = C_N - p C_1 - (1 - p) C_2 \quad p^* = \frac{C_2 - C_N}{C_2 - C_1} $$"
        "\n\n"
        r"$$ \text{EVPI} = \min\left( C_N, p C_1 + (1-p) C_2 \right) - p \min(C_N, C_1) - (1-p) \min(C_N, C_2) $$"
        "\n\nExpected cost is linear in $`p`$, so a doubt about $`p`$ does not change it; $`p`$ is shown as a range to read off, not "
        f"drawn.{discount} The simulation adds what means cannot show: ranges, and the mean of the worst 5% (CVaR)."
    )


def symbols(case: Case, view: View) -> Exhibit:
    """Table: every symbol with its meaning and its value in this scenario."""
    rows = _symbols(case, view)
    frame = pd.DataFrame(rows, columns=["symbol", "meaning", "value", "where"])
    return table(
        frame,
        [
            Column("symbol", "Symbol", text=lambda s: f"$`{s}`$"),
            Column("meaning", "Meaning"),
            Column("value", "Here", "right", str),
            Column("where", "Set by"),
        ],
        id="tab-symbols",
        title=f"The symbols and their values in scenario {case.scenario.id}",
        subtitle="Uplifts are means of the simulated draws, percent over the status-quo path",
        source="This project's model; the ranges behind the means stand in the assumptions log.",
    )


def _price_now(case: Case) -> str:
    if case.scenario.strategy.five_year_uplift_pct:
        return "scenario, strategy"
    return {"L0": "past rounds", "L1": "past rounds and ask", "L2": "last offer and last ask"}[
        case.scenario.settlement.level
    ]


def _symbols(case: Case, view: View) -> list[tuple[str, str, str, str]]:
    scenario, draws = case.scenario, view.results.simulation
    inputs = draws.inputs
    first, second = (state_name(state) for state in inputs.states)
    means = [float(draws.u_after[state].mean()) for state in inputs.states]
    only = certain_state(case)
    supposed = f"supposed: {state_name(only)} wins" if only else "scenario, event"
    rows = [
        ("n", "length of the horizon", length(scenario.horizon.years), "scenario, horizon"),
        (
            "b",
            "length of the bridge",
            length(inputs.bridge_years) if inputs.bridge_years else "none",
            "scenario, strategy",
        ),
        ("p", f"probability of {first}", formats.percent(100 * inputs.p), supposed),
        (
            r"\bar{s}_0",
            "status-quo payment of the first year",
            formats.money(float(draws.totals[:, 0].mean()), case.currency, 1),
            "path",
        ),
        ("u_N", "full-length deal now", formats.change(float(draws.u_now.mean())), _price_now(case)),
    ]
    if inputs.bridge_years:
        rows.append(("u_b", "bridge", formats.change(float(draws.u_bridge.mean())), "scenario, strategy"))
        rows.append(("f", "second round, percent of a year", formats.percent(inputs.fee.mean, 2), "scenario, strategy"))
    after = "scenario, settlement" if scenario.settlement.uplift_pct else "past rounds, ask and tail"
    rows += [
        ("u_1", f"after the event, {first}", formats.change(means[0]), after),
        ("u_2", f"after the event, {second}", formats.change(means[1]), after),
    ]
    if not scenario.settlement.uplift_pct:
        weight = scenario.settlement.tail.weight[inputs.states[1]]
        rows += [
            (
                r"\kappa",
                "points for each e-fold of the ask",
                formats.plain(inputs.settlement.kappa.mean, 1),
                "scenario, settlement",
            ),
            (
                "w",
                f"chance that talks with {second} leave the frame",
                formats.percent(100 * weight),
                "scenario, settlement",
            ),
            (
                r"u_{\text{out}}",
                "uplift outside the frame",
                formats.change(inputs.settlement.tail_size.mean),
                "scenario, settlement",
            ),
        ]
    if inputs.ratchet_rule != "none":
        rows.append(
            (
                r"\rho",
                "share of the bridge's uplift that stays",
                formats.percent(100 * inputs.ratchet.mean),
                "scenario, strategy",
            )
        )
    return rows
