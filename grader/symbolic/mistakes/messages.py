"""What a TA would say about each kind of mistake, and the question that helps without giving the answer away."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "index_reuse": (
        "A letter that is already taken is used again for another sum, so factors inside carry the wrong index.",
        "Give every sum a letter of its own. Which unit does each weight lead to, and which does it come from?",
    ),
    "wrong_index": (
        "An index does not fit here: it is not the one that is summed over, or not the one that is free.",
        "Go through the factors one by one: over which units does this sum run, and which index says so?",
    ),
    "free_index_mismatch": (
        "The free index on the right is not the one on the left.",
        "Which unit does the left side ask for? The same letter must be left over on the right.",
    ),
    "transposed_weight": (
        "The two indices of a weight are the wrong way round.",
        "By the sheet's convention the first index of a weight is the unit that it leads to.",
    ),
    "wrong_limits": (
        "The letter above this sum counts units of another layer.",
        "Look up which letter the sheet uses for inputs, hidden units and outputs.",
    ),
    "wrong_layer": (
        "A layer label is wrong or missing.",
        "In which layer does each of these quantities live? Check it from the inputs upwards.",
    ),
    "wrong_symbol": (
        "Another quantity is needed here.",
        "Which of x, a and z does a weight multiply, and which does an activation act on?",
    ),
    "bias_double": (
        "The bias is counted twice: once in the sum from 0 and once written out.",
        "What does the term with index 0 of the sum stand for?",
    ),
    "bias_missing": (
        "The sum starts at 1 and no bias is written, so the bias is lost.",
        "Where does the bias enter by the sheet's convention?",
    ),
    "missing_activation": (
        "An activation is missing, or it is another one than the layer has.",
        "What happens to the pre-activations of a layer before the next layer uses them?",
    ),
    "missing_term": (
        "A part of the formula is missing.",
        "Does every layer, weight and input occur that should?",
    ),
    "extra_term": ("There is a term that does not belong here.", "Where does each term come from?"),
    "sign_error": ("A sign is wrong.", "Follow the minus sign from line to line."),
    "missing_factor": ("A factor is missing.", "What is each weight multiplied with?"),
    "wrong_factor": ("There is a factor that does not belong here.", "Where does each factor come from?"),
    "unbalanced": (
        "The brackets do not balance; we read the formula as shown.",
        "Count opening and closing brackets.",
    ),
    "invalid_step": (
        "This step is not true on the way to the result.",
        "Put the definition into the line before and compare index by index.",
    ),
    "given_not_derived": (
        "The result is written down, but nothing here leads to it.",
        "From which definition does it follow, and by which steps?",
    ),
    "incomplete": (
        "The derivation stops before it gets to what was asked for.",
        "What remains to be shown? Compare your last line with the question.",
    ),
    "prose_only": (
        "Words alone: the exercise asks for a derivation in formulas.",
        "Write down the equation that each sentence describes.",
    ),
    "image": (
        "An image is part of the answer; a person looks at it.",
        "Type formulas as LaTeX to have them checked.",
    ),
}
"""Code of the finding -> message and hint."""
