/** What is said of a question in a language that is not understood: its name in English, and a sentence in the language itself. */
import type { QuestionLanguage } from "./question-language.ts";

export const CANNOT_ANSWER: Readonly<
  Partial<Record<QuestionLanguage, { readonly name: string; readonly said: string }>>
> = {
  de: {
    name: "German",
    said: "Auf Deutsch kann ich nicht antworten. Rufen Sie im Notfall sofort den örtlichen Notruf an.",
  },
  fr: {
    name: "French",
    said: "Je ne peux pas répondre en français. En cas d'urgence, appelez immédiatement le numéro d'urgence local.",
  },
  pt: {
    name: "Portuguese",
    said: "Não posso responder em português. Numa emergência, ligue já para o número de emergência local.",
  },
  it: {
    name: "Italian",
    said: "Non posso rispondere in italiano. In caso di emergenza, chiami subito il numero di emergenza locale.",
  },
  nl: {
    name: "Dutch",
    said: "Ik kan niet in het Nederlands antwoorden. Bel bij een noodgeval meteen het lokale alarmnummer.",
  },
  pl: {
    name: "Polish",
    said: "Nie mogę odpowiedzieć po polsku. W nagłym wypadku natychmiast zadzwoń pod lokalny numer alarmowy.",
  },
  tr: { name: "Turkish", said: "Türkçe yanıt veremem. Acil durumda hemen yerel acil numarasını arayın." },
  tl: {
    name: "Tagalog",
    said: "Hindi ako makasagot sa Tagalog. Sa emergency, tumawag kaagad sa lokal na numero ng emergency.",
  },
  vi: {
    name: "Vietnamese",
    said: "Tôi không thể trả lời bằng tiếng Việt. Trong trường hợp khẩn cấp, hãy gọi ngay số cấp cứu tại địa phương.",
  },
  ru: {
    name: "Russian",
    said: "Я не могу ответить по-русски. В экстренном случае сразу звоните по местному номеру экстренной помощи.",
  },
  zh: { name: "Chinese", said: "我无法用中文回答。如遇紧急情况，请立即拨打当地急救电话。" },
  ar: { name: "Arabic", said: "لا أستطيع الإجابة بالعربية. في حالة الطوارئ اتصل فوراً برقم الطوارئ المحلي." },
};
