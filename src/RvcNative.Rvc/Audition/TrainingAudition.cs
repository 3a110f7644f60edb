using System.Globalization;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Audition;

/// <summary>Renders the user's clips through every save of a running training. What cannot be rendered is told of; the training goes on.</summary>
public sealed class TrainingAudition(AuditionRenderer renderer, Action<string> say)
{
    public void Render(SavedEpoch saved)
    {
        try
        {
            int rendered = 0;
            renderer.Render(new KeptSave(saved.Epoch, saved.Step, saved.VoicePath), (_, _, isNew) => rendered += isNew ? 1 : 0);
            if (rendered > 0) say(string.Create(CultureInfo.InvariantCulture, $"audition: {rendered} of {renderer.Clips.Count} clips said by epoch {saved.Epoch}"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            say(string.Create(CultureInfo.InvariantCulture, $"audition of epoch {saved.Epoch} failed, training goes on: {failure.Message}"));
        }
    }
}
