#include "base/phrase.h"

extern const Phrase people_phrases_ru[];

const Phrase people_phrases_ru[] = {
        { "the row has neither a name nor an address", "в строке нет ни имени, ни адреса" },
        { "\"%.60s\" is no telephone number", "«%.60s» — не номер телефона" },
        { "%.200s is in an address book that you may not change",
                        "%.200s — в адресной книге, которую вы не можете править" },
        { "the address is in an address book that you may not change",
                        "этот адрес — в адресной книге, которую вы не можете править" },
        { NULL, NULL },
};
