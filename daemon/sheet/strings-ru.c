#include "base/phrase.h"

extern const Phrase sheet_phrases_ru[];

const Phrase sheet_phrases_ru[] = {
        { "a cell of more than %d octets", "в ячейке больше %d байт" },
        { "more than %d columns", "больше %d столбцов" },
        { "more than %d rows", "больше %d строк" },
        { "a table of more than %d octets", "в таблице больше %d байт" },
        { "a file of more than %d octets", "файл больше %d байт" },
        { "a cell is too long", "слишком длинная ячейка" },
        { "a field in quotes has no end", "у поля в кавычках нет конца" },
        { "a field goes on after its closing quote", "поле продолжается после закрывающей кавычки" },
        { "the file is no table: its text is in no known encoding",
                        "это не таблица: кодировка текста неизвестна" },
        { "a part of the file unpacks to too much", "часть файла распаковывается в слишком большой объём" },
        { "a part of the file is damaged", "часть файла повреждена" },
        { "too many texts", "слишком много текстов" },
        { "a cell without a column", "ячейка без столбца" },
        { "a cell refers to a text that is not there", "ячейка ссылается на текст, которого нет" },
        { "the file is no workbook: it has no such part", "файл — не книга таблиц: в нём нет такой части" },
        { "a part of the file is not well-formed XML", "часть файла — не правильный XML" },
        { "the workbook has no sheet", "в книге нет листов" },
        { NULL, NULL },
};
