using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Asr;
using AvatarGrains.Engines.Asr.Models;

namespace AvatarGrains.Recognition;

/// <summary>What a confidence can be made from, as a line of a table.</summary>
internal static class Features
{
    public static string Of(HeardUtterance heard, SpokenModel model, IKnowledgeBase known)
    {
        var words = heard.Words.Where(w => !w.IsFiller).ToList();
        if (words.Count == 0)
        {
            return "nothing";
        }

        var language = words.Average(w => w.Language);
        var worst = words.Min(w => w.Language);
        var domain = heard.Spoken.Count(model.DomainWords.Contains) / (double)heard.Spoken.Count;
        var score = known.Search(heard.Text, 1) is [var best] ? best.Score : 0;
        var posterior = words.Average(w => Math.Exp(Math.Min(0, w.Posterior)));
        var confidence = HearingConfidence.Of(heard, model.DomainWords);
        return $"{confidence:f2}\t{language:f1}\t{worst:f1}\t{domain:f2}\t{score:f2}\t{posterior:f2}\t{heard.Posterior:f1}";
    }
}
