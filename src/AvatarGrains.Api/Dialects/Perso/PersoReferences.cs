using AvatarGrains.Api.Dialects.Perso.Library;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Storage;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>Looks up what a session request names, for the tenant that asks: what is another's does not exist.</summary>
internal sealed class PersoReferences(PersoPrompts prompts, PersoBackgrounds backgrounds, ILibraryStore library, IKnowledgeSource knowledge)
{
    public ValueTask<PersoPrompt?> FindPromptAsync(string id, string tenant, CancellationToken cancellationToken) =>
        prompts.FindAsync(id, tenant, cancellationToken);

    /// <exception cref="PersoException">There is none.</exception>
    public async ValueTask<PersoPrompt> PromptAsync(string id, string tenant, CancellationToken cancellationToken) =>
        await prompts.FindAsync(id, tenant, cancellationToken) ?? throw PersoException.Unknown(id, "prompt");

    public ValueTask<PersoBackground?> FindBackgroundAsync(string id, string tenant, CancellationToken cancellationToken) =>
        backgrounds.FindAsync(id, tenant, cancellationToken);

    /// <exception cref="PersoException">There is none.</exception>
    public async ValueTask CheckBackgroundAsync(string id, string tenant, CancellationToken cancellationToken)
    {
        if (!id.StartsWith('#') && await backgrounds.FindAsync(id, tenant, cancellationToken) is null)
        {
            throw PersoException.Unknown(id, "background_image");
        }
    }

    /// <exception cref="PersoException">There is none.</exception>
    public async ValueTask CheckDocumentAsync(string id, string tenant, CancellationToken cancellationToken)
    {
        var item = await library.FindAsync(LibraryKind.Document, id, cancellationToken);
        if (item is not null ? item.Tenant != tenant : await knowledge.FindAsync(id, cancellationToken) is null)
        {
            throw PersoException.Unknown(id, "document");
        }
    }
}
