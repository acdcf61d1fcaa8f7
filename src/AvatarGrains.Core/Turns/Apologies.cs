using AvatarGrains.Core.Engines;

namespace AvatarGrains.Core.Turns;

/// <summary>What the avatar says when it has no answer, or not yet, in the session's language.</summary>
public static class Apologies
{
    private static readonly string[] Languages = ["en", "de", "fr", "es", "pl", "ko", "ja", "zh"];

    /// <summary>A turn failed.</summary>
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

    /// <summary>What was heard is too unsure to act on.</summary>
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

    /// <summary>The model had no words for it.</summary>
    public static string NoAnswer(string? language) => Primary(language) switch
    {
        "ko" => "죄송해요, 뭐라고 답해야 할지 모르겠어요. 다른 말로 다시 물어봐 주시겠어요?",
        "ja" => "すみません、うまく答えられませんでした。別の言い方でもう一度聞いていただけますか？",
        "zh" => "抱歉，我没有想到答案。可以换个说法再问一次吗？",
        "pl" => "Przepraszam, nie znalazłem odpowiedzi. Czy możesz zapytać inaczej?",
        "de" => "Entschuldigung, darauf habe ich gerade keine Antwort. Kannst du es noch einmal anders fragen?",
        "es" => "Perdón, no he encontrado una respuesta. ¿Puedes preguntarlo de otra manera?",
        "fr" => "Pardon, je n'ai pas trouvé de réponse. Pouvez-vous le demander autrement ?",
        _ => "Sorry, I have no answer to that. Could you ask me again in other words?",
    };

    /// <summary>The model takes long to its first words.</summary>
    public static string OneMoment(string? language) => Primary(language) switch
    {
        "ko" => "잠시만 기다려 주세요.",
        "ja" => "少々お待ちください。",
        "zh" => "请稍等一下。",
        "pl" => "Chwileczkę, proszę.",
        "de" => "Einen Moment, bitte.",
        "es" => "Un momento, por favor.",
        "fr" => "Un instant, s'il vous plaît.",
        _ => "One moment, please.",
    };

    /// <summary>
    /// What the avatar said itself and not by its model is left out of what the model is told that it said: models copy what they have said.
    /// </summary>
    internal static string WithoutOneMoment(string said)
    {
        foreach (var language in Languages)
        {
            var line = OneMoment(language);
            if (said.StartsWith(line, StringComparison.Ordinal))
            {
                return said[line.Length..].TrimStart();
            }
        }

        return said;
    }

    private static string Primary(string? language) => language?.Split('-')[0].ToLowerInvariant() ?? "en";
}
