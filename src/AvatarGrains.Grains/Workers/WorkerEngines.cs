using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Speech;

namespace AvatarGrains.Grains.Workers;

/// <summary>
/// The engines of this process themselves. Worker grains alone use them; everybody else has an <see cref="IEngineCatalog"/> that asks the workers.
/// </summary>
/// <param name="Catalog">Language models, voices and recognizers.</param>
/// <param name="Segments">Speaks with the catalog's voices.</param>
/// <param name="Knowledge">Documents that conversations are about.</param>
public sealed record WorkerEngines(IEngineCatalog Catalog, ISegmentSource Segments, IKnowledgeSource Knowledge);
