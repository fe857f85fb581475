#include "base/phrase.h"

extern const Phrase store_phrases_ru[];

const Phrase store_phrases_ru[] = {
        { "%s: the column %s says '%s', its text '%s'", "%s: в столбце %s «%s», а в тексте «%s»" },
        { "%s: is kept as another kind of object than its text is",
                        "%s: хранится как объект другого вида, чем его текст" },
        { "%s: the SEQUENCE to publish is below that of its text",
                        "%s: публикуемый SEQUENCE меньше, чем в тексте" },
        { "%s: its text cannot be read: %s: %s", "%s: текст не читается: %s: %s" },
        { "mail %lld: its bytes cannot be read any more", "письмо %lld: содержимое больше не читается" },
        { "%lld %s", "%2$s: %1$lld" },
        { "mails are in a state that does not exist", "письма в несуществующем состоянии" },
        { "closed mails still have their bytes", "закрытые письма, содержимое которых ещё хранится" },
        { "mails are SENT without ever having been handed over",
                        "письма в состоянии SENT, которые не передавались" },
        { "mails were handed over, but their bytes are gone",
                        "переданные письма, содержимое которых утрачено" },
        { "mails were tried again after they were unknown twice",
                        "письма, отправленные снова после двух неизвестных исходов" },
        { "mails are open and will never come up, or are closed and will",
                        "открытые письма, до которых не дойдёт очередь, или закрытые, стоящие в очереди" },
        { "objects have a change number that was never given",
                        "объекты с номером изменения, который не выдавался" },
        { "objects are kept and deleted at once", "объекты, которые одновременно хранятся и удалены" },
        { "mails are kept as dictionaries that no mail leans on",
                        "письма, которые хранятся как словари, но ни одному письму не нужны" },
        { "occurrences are kept as told by mails that were never handed over",
                        "повторения, записанные как сообщённые письмами, которые не передавались" },
        { "old mails are kept without being counted, or the other way round",
                        "старые письма, которые хранятся, но не учтены, или наоборот" },
        { NULL, NULL },
};
