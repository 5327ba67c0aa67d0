/** What XML 1.0 shuts out, and what no text means. */
const unwelcome = /(?![\t\n\r])\p{Cc}|\p{Noncharacter_Code_Point}/gu;

/** Text for HTML and XML: markup means nothing in it, and characters that XML 1.0 shuts out are replaced. */
export function escapeXml(text: string): string {
  return text
    .replace(unwelcome, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
