using AvatarGrains.Core.Engines;

namespace AvatarGrains.Core.Turns;

/// <summary>What the avatar says when a turn failed, and when it did not catch something, in the session's language.</summary>
internal static class Apologies
{
    public static string ForFault(EngineFault fault, string? language) => (Primary(language), fault) switch
    {
        ("ko", EngineFault.Timeout or EngineFault.Overloaded) => "죄송해요, 지금 조금 오래 걸리네요. 다시 한번 말씀해 주세요.",
        ("ko", _) => "죄송해요, 지금은 답변을 드릴 수 없어요.",
        ("ja", EngineFault.Timeout or EngineFault.Overloaded) => "すみません、時間がかかっています。もう一度お願いします。",
        ("ja", _) => "すみません、今はお答えできません。",
        ("zh", EngineFault.Timeout or EngineFault.Overloaded) => "抱歉，现在有点慢，请再说一遍。",
        ("zh", _) => "抱歉，我现在无法回答。",
        ("pl", EngineFault.Timeout or EngineFault.Overloaded) => "Przepraszam, to trwa zbyt długo. Proszę spróbować jeszcze raz.",
        ("pl", _) => "Przepraszam, nie mogę teraz odpowiedzieć.",
        ("de", EngineFault.Timeout or EngineFault.Overloaded) => "Entschuldigung, das dauert gerade zu lange. Bitte noch einmal.",
        ("de", _) => "Entschuldigung, ich kann gerade nicht antworten.",
        ("es", EngineFault.Timeout or EngineFault.Overloaded) => "Perdón, está tardando demasiado. Inténtalo otra vez.",
        ("es", _) => "Perdón, ahora no puedo responder.",
        ("fr", EngineFault.Timeout or EngineFault.Overloaded) => "Pardon, cela prend trop de temps. Essayez encore une fois.",
        ("fr", _) => "Pardon, je ne peux pas répondre pour le moment.",
        (_, EngineFault.Timeout or EngineFault.Overloaded) => "Sorry, that is taking too long right now. Please try again.",
        (_, EngineFault.Rejected) => "Sorry, I cannot answer that.",
        _ => "Sorry, I cannot answer right now.",
    };

    public static string NotUnderstood(string? language) => Primary(language) switch
    {
        "ko" => "죄송해요, 잘 못 들었어요. 다시 말씀해 주시겠어요?",
        "ja" => "すみません、聞き取れませんでした。もう一度お願いします。",
        "zh" => "抱歉，我没听清，请再说一遍。",
        "pl" => "Przepraszam, to było niewyraźne. Czy możesz powtórzyć?",
        "de" => "Entschuldigung, das habe ich nicht verstanden. Noch einmal, bitte?",
        "es" => "Perdón, no te he entendido. ¿Puedes repetirlo?",
        "fr" => "Pardon, je n'ai pas compris. Pouvez-vous répéter ?",
        _ => "Sorry, I did not catch that. Could you say it again?",
    };

    private static string Primary(string? language) => language?.Split('-')[0].ToLowerInvariant() ?? "en";
}
