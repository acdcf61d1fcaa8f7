using AvatarGrains.Edge;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>Changes to a running session: <c>configure</c>, and <c>set-template</c> of old SDKs.</summary>
internal sealed class PersoConfigure(IEdgeControl edge, PersoReplies replies, PersoNames names)
{
    private bool _answerOwed;

    public void Receive(in ChannelMessage message)
    {
        var template = message.Type == "set-template";
        var avatarName = message.Text(template ? "model" : "avatar");
        var avatar = avatarName is null ? null : names.Avatar(avatarName) ?? throw new ChannelFieldException($"There is no avatar {avatarName}.");
        if (template)
        {
            if (avatar is not null)
            {
                edge.ChangeView(edge.View with { Avatar = avatar.Name });
            }

            return;
        }

        var view = ViewOf(message, avatar);
        var current = names.Avatar(edge.View.Avatar)!;
        var voice = VoiceOf(message, avatar, current);
        var model = message.Text("model") is not { } modelName ? null
            : names.Model(modelName)?.Name ?? throw new ChannelFieldException($"There is no model {modelName}.");
        var language = message.Text("language");
        if (language is "")
        {
            language = names.Voice(voice ?? edge.Spec.Voice, avatar ?? current)?.Language;
            language = language == VoiceInfo.AnyLanguage ? "en" : language;
        }

        _answerOwed = true;
        if (voice is not null || model is not null || language is not null)
        {
            edge.Post(new Reconfigure(Voice: voice, Model: model, Language: language));
        }

        if (view != edge.View)
        {
            edge.ChangeView(view);
        }
        else if (voice is null && model is null && language is null)
        {
            Answer();
        }
    }

    public void OnOutput(SessionOutput output)
    {
        if (output is SpecChanged)
        {
            Answer();
        }
    }

    public void OnViewShown() => Answer();

    public void OnViewRefused(string detail)
    {
        _answerOwed = false;
        replies.Error("invalid", "configure", detail);
    }

    private static AvatarView Merge(in ChannelMessage message, AvatarView view) => view with
    {
        Width = (int)(message.Number("width", 64, 1920) ?? view.Width) & ~1,
        Height = (int)(message.Number("height", 64, 1920) ?? view.Height) & ~1,
        PaddingLeft = message.Number("padding_left", -1, 1) ?? view.PaddingLeft,
        PaddingTop = message.Number("padding_top", 0, 1) ?? view.PaddingTop,
        PaddingHeight = message.Number("padding_height", 0, 5) ?? view.PaddingHeight,
    };

    private AvatarView ViewOf(in ChannelMessage message, AvatarInfo? avatar)
    {
        var view = Merge(message, edge.View);
        if (message.Text("background") is { } background)
        {
            view = view with { Background = background.Length == 0 ? null : background };
        }

        return avatar is null ? view : view with { Avatar = avatar.Name };
    }

    // An avatar that spoke with its own voice gives way to one that does the same.
    private string? VoiceOf(in ChannelMessage message, AvatarInfo? avatar, AvatarInfo current)
    {
        if (message.Text("voice") is { } name)
        {
            return names.Voice(name, avatar ?? current)?.Name ?? throw new ChannelFieldException($"There is no voice {name}.");
        }

        var own = avatar is not null && (edge.Spec.Voice is null || edge.Spec.Voice == names.Voice(null, current)?.Name);
        return own ? names.Voice(null, avatar!)?.Name : null;
    }

    private void Answer()
    {
        if (_answerOwed)
        {
            _answerOwed = false;
            replies.State();
        }
    }
}
