#include "base/phrase.h"
#include "base/strings.h"

extern const TextStrings text_strings_ru;

/* Without the "г." that ICU adds to a year, as in a heading. */
const TextStrings text_strings_ru = {
        .locale = "ru_RU",
        .day = "d MMMM",
        .month = "LLLL y",
        .open_quote = "«",
        .close_quote = "»",
        .open_inner_quote = "„",
        .close_inner_quote = "“",
        .dash = "—",
};

extern const Phrase base_phrases_ru[];

const Phrase base_phrases_ru[] = {
        { "octet %zu of the line is a carriage return without a line feed",
                        "байт %zu строки — возврат каретки без перевода строки" },
        { "octet %zu of the line is a control character (0x%02X)",
                        "байт %zu строки — управляющий символ (0x%02X)" },
        { "is in %s, not in UTF-8; it is converted", "не в UTF-8, а в %s; текст преобразован" },
        { "octet %zu of the line (0x%02X) is not UTF-8", "байт %zu строки (0x%02X) — не UTF-8" },
        { "components are nested more than %zu deep; %.63s is left out",
                        "глубина вложенности больше %zu; %.63s не читается" },
        { "END:%.63s has no BEGIN", "у END:%.63s нет BEGIN" },
        { "END:%.63s stands where END:%.63s is needed (BEGIN:%.63s is in line %zu)",
                        "стоит END:%.63s, а нужен END:%.63s (BEGIN:%.63s — в строке %zu)" },
        { "\"%.40s\" is not the name of a component", "«%.40s» — не имя компонента" },
        { "it begins with a blank, but there is no line before it that it could continue",
                        "начинается с пробела, но перед ней нет строки, которую она продолжала бы" },
        { "it is not of the form NAME:value or NAME;PARAMETER=value:value",
                        "не имеет вида ИМЯ:значение или ИМЯ;ПАРАМЕТР=значение:значение" },
        { "it has too many parameters", "слишком много параметров" },
        { "a parameter has no name", "у параметра нет имени" },
        { "a parameter has no value; write ;NAME=value", "у параметра нет значения; пишите ;ИМЯ=значение" },
        { "a parameter's value has a quotation mark that is alone or within the value",
                        "в значении параметра кавычка без пары или внутри значения" },
        { "there is no colon after the parameters", "после параметров нет двоеточия" },
        { "BEGIN:%s has no END:%s", "у BEGIN:%s нет END:%s" },
        { "the text has %zu octets; at most %zu are allowed",
                        "длина текста в байтах — %zu, допустимо не больше %zu" },
        { "the text has more than %zu lines", "в тексте больше строк, чем допустимо: %zu" },
        { "the line is longer than %zu octets (unfolded)",
                        "строка в развёрнутом виде длиннее допустимого: %zu байт" },
        { NULL, NULL },
};
