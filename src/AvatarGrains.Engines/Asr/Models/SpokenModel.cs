namespace AvatarGrains.Engines.Asr.Models;

/// <summary>A language model and dictionary on disk, made for one knowledge base.</summary>
/// <param name="Id">Content id, model version included.</param>
/// <param name="LanguageModel">ARPA file.</param>
/// <param name="Dictionary">Pronouncing dictionary.</param>
/// <param name="DomainWords">Words of the knowledge base and of the frames of questions; the rest of the dictionary is general speech.</param>
internal sealed record SpokenModel(string Id, string LanguageModel, string Dictionary, IReadOnlySet<string> DomainWords);
