"""Twilio's refusals: code, HTTP status, and a sentence. Source: the error dictionary of Twilio's docs."""

from dataclasses import dataclass

DELIVERY = {
    30001: "Queue overflow",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30036: "Validity Period Expired",
    63016: "Outside the messaging window: a freeform message needs the contact to have written in the last "
    "24 hours; use a template",
}
_REFUSALS = {
    20001: (400, "{0}"),
    20003: (401, "Authenticate"),
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
