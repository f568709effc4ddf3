"""Twilio's refusals: code, HTTP status, and a sentence. Source: the error dictionary of Twilio's docs."""

from dataclasses import dataclass

DELIVERY = {
    30001: "Queue overflow",
    30002: "Account suspended",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30009: "Missing inbound segment",
    30010: "Message price exceeds max price",
    30011: "MMS not supported by the receiving phone",
    30017: "Carrier network congestion",
    30018: "Destination carrier requires sender ID pre-registration",
    30019: "Content size exceeds carrier limit",
    30022: "US A2P 10DLC - Rate limits exceeded",
    30023: "US A2P 10DLC - Daily message cap reached",
    30027: "US A2P - T-Mobile daily message limit reached",
    30032: "Toll-free number has not been verified",
    30033: "US A2P 10DLC - Campaign suspended",
    30034: "US A2P 10DLC - Message from an unregistered number",
    30035: "US A2P 10DLC - Message from a number that is still being configured",
    30036: "Validity Period Expired",
    30037: "Outbound messaging disabled",
    30039: "Message loop detected",
    30044: "Trial message length exceeded",
    30410: "Provider timeout error",
    30450: "Message delivery blocked",
    30453: "Message could not be delivered",
    63001: "Channel could not authenticate the request",
    63003: "Channel could not find the To address",
    63005: "Channel did not accept the given content",
    63007: "Could not find a channel with the specified From address",
    63010: "Channels - Twilio internal error",
    63012: "Channel provider returned an internal service error",
    63013: "Channel policy violation",
    63014: "Blocked by user action",
    63015: "Sandbox can only send to phone numbers that have joined it",
    63016: "Outside the messaging window: a freeform message needs the contact to have written in the last "
    "24 hours; use a template",
    63018: "Rate limit exceeded for channel",
    63019: "Media failed to download",
    63020: "Business Manager account error",
    63021: "Channel invalid content",
    63024: "Invalid message recipient",
    63027: "Template does not exist for a language and locale",
    63028: "Number of parameters does not match",
    63032: "WhatsApp limitation for this user",
    63033: "Recipient blocked to receive a message",
    63036: "Recipient cannot receive this kind of message",
    63038: "Daily message limit exceeded",
    63040: "Template rejected",
    63041: "Template paused",
    63042: "Template disabled",
    63049: "Meta chose not to deliver this marketing message",
    63051: "WhatsApp business account is locked or restricted",
    63112: "Meta has disabled the WhatsApp business account",
}
NEVER_SENT = frozenset(
    {30001, 30002, 30010, 30022, 30023, 30032, 30033, 30034, 30035, 30036, 30037, 30044, 30450, 30453}
) | frozenset(code for code in DELIVERY if code > 63000 and code not in (63016, 63024, 63033, 63036))
"""Of these Twilio says ``failed``: it could not send the message; of all others ``undelivered``, after ``sent``."""
_REFUSALS = {
    20001: (400, "{0}"),
    20003: (401, "Authenticate"),
    20005: (403, "Account not active"),
    20004: (405, "Method not allowed"),
    20007: (400, "Page size {0} is too large: the maximum is 1000."),
    20009: (409, "The message {0} cannot be deleted or redacted before its delivery has ended."),
    20404: (404, "The requested resource {0} was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    20503: (503, "Service unavailable"),
    21211: (400, "The 'To' number {0} is not a valid phone number."),
    21212: (400, "The 'From' number {0} is not a valid phone number, shortcode, or alphanumeric sender ID."),
    21266: (400, "'To' and 'From' number cannot be the same: {0}"),
    21408: (400, "Permission to send an SMS has not been enabled for the region of the 'To' number: {0}."),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The 'From' phone number {0} is not a valid, SMS-capable number of this account."),
    21608: (400, "The number {0} is unverified. Trial accounts cannot send messages to unverified numbers."),
    21609: (400, "The 'StatusCallback' URL {0} is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21611: (400, "The 'From' number {0} has exceeded the maximum number of queued messages."),
    21612: (400, "Message cannot be sent with this combination of 'To' {0} and 'From' {1}."),
    21614: (400, "The 'To' number {0} is not a mobile number."),
    21617: (400, "The concatenated message body exceeds the 1600 character limit."),
    21620: (400, "Invalid media URL: {0}"),
    21623: (400, "Number of media files exceeds the limit of 10."),
    21624: (400, "Validity period can only be set to integers between 1 and 36000 seconds; got {0}."),
    21654: (400, "A ContentSid is required where ContentVariables are given."),
    21655: (400, "The ContentSid {0} is invalid."),
    21656: (400, "The ContentVariables parameter is invalid."),
    21703: (400, "The Messaging Service does not have any phone numbers."),
    21705: (400, "The Messaging Service Sid {0} is invalid."),
    21910: (400, "Invalid From and To pair. From and To should be of the same channel: {0}, {1}"),
    30400: (400, "The parameters are not valid: give either an empty Body or Status=canceled."),
    30409: (409, "This message cannot be canceled: it is {0}."),
}  # fmt: skip


@dataclass(frozen=True)
class Refusal:
    """A request that is not carried out, as Twilio words it."""

    code: int
    status: int
    message: str

    def body(self) -> dict[str, object]:
        """The JSON object of the answer."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


def refusal(code: int, *details: str) -> Refusal:
    """Twilio's refusal with this code; ``details`` fill its sentence."""
    status, sentence = _REFUSALS[code]
    return Refusal(code, status, sentence.format(*details))


def is_refusal(code: int) -> bool:
    """Whether Twilio says this in its answer to the request; other codes come with a message's statuses."""
    return code in _REFUSALS


def any_refusal(code: int, *details: str) -> Refusal:
    """Twilio's refusal with this code, also one that this table words for statuses only, or not at all."""
    if is_refusal(code):
        return refusal(code, *details, *[""] * 2)
    return Refusal(code, 400, DELIVERY.get(code, f"Error {code}"))
