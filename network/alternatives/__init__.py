"""What a planner may do instead: fewer valves for more customers, a plan without a stuck valve, the surest plan.

:func:`~network.alternatives.front.trade_offs` weighs valves against customers,
:func:`~network.alternatives.fallbacks.without_each` has the answer ready for each valve that may not turn,
:func:`~network.alternatives.fallbacks.replan` follows what crews report, and
:func:`~network.alternatives.reliability.surest_plan` asks for the plan most likely to work at the first attempt.
"""
