namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>A prompt a session can be made with.</summary>
/// <param name="PromptId">Id: <c>plp-</c> and 32 hexadecimal digits.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Description">One line.</param>
/// <param name="SystemPrompt">What the language model is told.</param>
/// <param name="RequireDocument">True when it makes sense with a document alone.</param>
/// <param name="IntroMessage">What the avatar says first.</param>
public sealed record PersoPrompt(string PromptId, string Name, string Description, string SystemPrompt, bool RequireDocument, string IntroMessage)
{
    public static PersoPrompt Default { get; } = new(
        "plp-00000000000000000000000000000001",
        "Guide",
        "Answers about the session's document, or about this server",
        "You are a friendly guide. You speak with your voice, so answer in one to three short sentences of plain words, without lists or markup.",
        false,
        "Hello! I am glad you are here. Ask me anything.");
}
