#include "office/strings.h"

const OfficeStrings office_strings_ru = {
        .sections = "Разделы",
        .section_events = "События",
        .sign_out = "Выйти",
        .to_start = "К началу",
        .faults_title = "Не сохранено: исправьте отмеченное",

        .not_found = "Такой страницы нет",
        .forbidden = "Вашей учётной записи это не разрешено",
        .form_expired = "Форма устарела: вернитесь назад, обновите страницу и отправьте её ещё раз",

        .login_title = "Вход для сотрудников",
        .login_name = "Имя",
        .login_password = "Пароль",
        .login_button = "Войти",
        .login_note = "Имя и пароль те же, что для календаря в вашей программе. Пароли приложений здесь не подходят.",
        .login_wrong = "Имя или пароль неверны",
        .login_wait = "Слишком много неудачных попыток. Попробуйте через {n, plural, one {# секунду} few {# секунды} many {# секунд} other {# секунды}}.",

        .sessions_title = "Учётная запись",
        .sessions_note =
                        "Здесь видно, где открыт вход в вашу учётную запись. Вход закрывается сам после 12 часов без действий и через 14 дней в любом случае.",
        .sessions_role = "Роль: {role}",
        .role_reader = "читатель",
        .role_editor = "редактор",
        .role_admin = "администратор",
        .session_browser = "Браузер",
        .session_client = "Адрес",
        .session_since = "Вход",
        .session_used = "Последнее действие",
        .session_this = "этот браузер",
        .session_end = "Закрыть",
        .sessions_end = "Закрыть все остальные",
        .done_signed_out = "Вы вышли.",
        .done_session_ended = "Вход закрыт.",
        .done_sessions_ended = "Все остальные входы закрыты.",
};
