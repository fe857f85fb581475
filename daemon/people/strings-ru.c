#include "base/phrase.h"

extern const Phrase people_phrases_ru[];

const Phrase people_phrases_ru[] = {
        { "the row has neither a name nor an address", "в строке нет ни имени, ни адреса" },
        { "\"%.60s\" is no telephone number", "«%.60s» — не номер телефона" },
        { NULL, NULL },
};
