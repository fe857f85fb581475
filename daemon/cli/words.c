#include "cli/words.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

typedef struct Word {
        WordsOf of;
        const char *value, *ru, *en;
} Word;

static const Word words[] = {
        { WORDS_STATUS, "TENTATIVE", "предварительно", "tentative" },
        { WORDS_STATUS, "CONFIRMED", "подтверждено", "confirmed" },
        { WORDS_STATUS, "CANCELLED", "отменено", "cancelled" },
        { WORDS_STATUS, "DRAFT", "черновик, даты ещё нет", "draft, no date yet" },
        { WORDS_BASIS, "STATED", "названа в источнике", "stated by the source" },
        { WORDS_BASIS, "PUBLIC", "по открытым публикациям", "from public reports" },
        { WORDS_BASIS, "INFERRED", "вывод", "inferred" },
        { WORDS_PRECISION, "WITHIN-PARENT", "день неизвестен, показан весь срок целого",
                        "the day is unknown, all days of the whole are shown" },
        { WORDS_CLASS, "PUBLIC", "видно всем", "public" },
        { WORDS_CLASS, "PRIVATE", "закрыто", "private" },
        { WORDS_CLASS, "CONFIDENTIAL", "видно только, что время занято", "confidential: shown as busy" },
        { WORDS_KIND, "OTHER", "Другое", "Other" },
        { WORDS_KIND, "SESSION", "Сессия", "Session" },
        { WORDS_KIND, "EXHIBITION", "Выставка", "Exhibition" },
        { WORDS_KIND, "SITE-VISIT", "Посещение площадки", "Site visit" },
        { WORDS_KIND, "MEETING", "Встреча", "Meeting" },
        { WORDS_CARD, "individual", "человек", "person" },
        { WORDS_CARD, "location", "площадка", "site" },
        { WORDS_CARD, "org", "организация", "organisation" },
        { WORDS_CARD, "group", "группа", "group" },
        { WORDS_VISITED, "YES", "да", "yes" },
        { WORDS_VISITED, "NO", "нет", "no" },
        { WORDS_VISITED, "VENUE", "место проведения", "venue" },
        { WORDS_VISITED, "POSSIBLE", "возможно", "possible" },
        { WORDS_LANGUAGE, "ru", "русский", "Russian" },
        { WORDS_LANGUAGE, "en", "английский", "English" },
        { WORDS_REASON, "the contact's card says X-CONVENED-REMINDERS:OFF",
                        "в карточке напоминания выключены (X-CONVENED-REMINDERS:OFF)", NULL },
        { WORDS_REASON, "the contact has no mail address", "нет адреса электронной почты", NULL },
        { WORDS_REASON, "the name of the contact's mailbox is not ASCII, which mail servers do not take",
                        "имя почтового ящика не в ASCII, почтовые серверы такое не принимают", NULL },
        { WORDS_REASON, "the contact wants no mail", "контакт отказался от писем", NULL },
        { WORDS_REASON, "the contact opted out", "контакт отказался по ссылке в письме", NULL },
        { WORDS_REASON, "the contact wants no mail about this event",
                        "контакт отказался от писем об этом событии", NULL },
        { WORDS_REASON, "the contact wants no mail about events of this kind",
                        "контакт отказался от писем о событиях этого вида", NULL },
        { WORDS_REASON, "mail to the contact's address comes back", "письма на адрес контакта возвращаются",
                        NULL },
        { WORDS_REASON, "an automatic answer", "автоматический ответ, а не возврат письма", NULL },
        { WORDS_REASON, "no bounce", "не возврат письма", NULL },
        { WORDS_REASON, "a bounce of no mail of ours: no tag, a forged one, or of an address that the contact does not have any more",
                        "возврат письма, которое посылали не мы: метки нет, она поддельная или у контакта теперь другой адрес",
                        NULL },
        { WORDS_REASON, "the mail went to somebody who is not listed", "письмо было тому, кого нет в списке",
                        NULL },
        { WORDS_REASON, "it says nothing of a contact's address", "об адресе контакта это ничего не говорит",
                        NULL },
        { WORDS_REASON, "the mail has arrived", "письмо дошло", NULL },
        { WORDS_REASON, "known already, or from before the contact was restored",
                        "уже учтено или относится ко времени до convene contact restore", NULL },
        { WORDS_REASON, "there is no such mailbox; nothing more is mailed to it",
                        "такого ящика нет; писем на него больше не будет", NULL },
        { WORDS_REASON, "there is no such mailbox; nothing goes to it anyway",
                        "такого ящика нет; писем на него и так нет", NULL },
        { WORDS_REASON, "it could not be reached for now; counted", "ящик временно недоступен; учтено",
                        NULL },
        { WORDS_REASON, "it could not be reached for many days; nothing more is mailed to it",
                        "ящик недоступен много дней; писем на него больше не будет", NULL },
        { WORDS_REASON, "the contact gets an agenda instead", "контакт получает повестку вместо напоминаний",
                        NULL },
};

const char *words_choose(const char *language, const char *ru, const char *en)
{
        return strcmp(language, "ru") == 0 ? ru : en;
}

const char *words_of(const char *language, WordsOf of, const char *value)
{
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
                if (words[i].of == of && strcasecmp(words[i].value, value) == 0) {
                        const char *word = words_choose(language, words[i].ru, words[i].en);
                        return word ? word : value;
                }
        return value;
}
