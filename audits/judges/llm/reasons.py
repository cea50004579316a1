"""Why an answer has no verdict of a language model: stable words, each for one cause. Pure."""

UNPARSABLE = "unparsable"  # not the one JSON object that was asked for, or neither YES nor NO
WRONG_IDS = "wrong_ids"  # a claim without a verdict, one with two, or one that was never asked about
WRONG_SHAPE = "judge_wrong_shape"  # the endpoint does not speak the protocol
TRUNCATED = "judge_truncated"  # the completion was cut off
TOO_LONG = "judge_too_long"  # the completion is far longer than any verdict
BUDGET_SPENT = "budget_spent"
CANARY_MISSED = "canary_missed"  # an item of known label was judged wrongly: its whole batch counts for nothing
DECOY_MISSED = "decoy_missed"  # a claim of known label among the answer's own was judged wrongly
ORDER_IN_TEXT = "order_in_text"  # called supported, but the answer or a passage speaks to its judge
TOO_MANY_CLAIMS = "too_many_claims"
QUOTE_NOT_FOUND = "quote_not_found"
QUOTE_TOO_SHORT = "quote_too_short"
QUOTE_TOO_LONG = "quote_too_long"
QUOTE_UNRELATED = "quote_unrelated"  # it stands in a passage and shares neither a word nor a figure with the claim
FIGURE_NOT_FOUND = "figure_not_found"  # called supported, but a number, date or time of it stands in no passage


class Unusable(ValueError):  # noqa: N818 - reads as what happened
    """What came back cannot be believed. `reason` is one of the words above or `judge_` and a cause of an outbound call."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)
