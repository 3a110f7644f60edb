using RvcNative.Core;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Training;

/// <summary>
/// A training set in a device's memory, all clips one behind the other. A clip is taken there when a batch first has it, so training begins at once; batches are gathered there,
/// to the bytes that an upload would bring.
/// </summary>
internal sealed class DeviceClips : IDisposable
{
    private readonly Backend _backend;
    private readonly TrainingSet _clips;
    private readonly Tensor _phone, _spec, _wave, _places;   // [frames of all clips, width]; i64 [B,2]
    private readonly Tensor? _pitch, _f0;
    private readonly long[] _firsts, _ofBatch;
    private readonly bool[] _isThere;

    /// <param name="mostItems">B of the largest batch.</param>
    /// <exception cref="DeviceMemoryException">The device has no room, or not in pieces that are large enough.</exception>
    internal DeviceClips(Backend backend, TrainingSet clips, ModelPlan plan, int hopSamples, int mostItems)
    {
        (_backend, _clips) = (backend, clips);
        _firsts = new long[clips.Count];
        _isThere = new bool[clips.Count];
        for (int clip = 1; clip < clips.Count; clip++) _firsts[clip] = _firsts[clip - 1] + clips.Frames[clip - 1];
        int frames = checked((int)(_firsts[^1] + clips.Frames[^1]));
        _ofBatch = new long[2 * mostItems];
        try
        {
            _places = backend.NewTensor([mostItems, 2], DType.I64);
            _phone = backend.NewTensor([frames, plan.PhoneChannels]);
            _spec = backend.NewTensor([frames, plan.SpecChannels]);
            _wave = backend.NewTensor([frames, hopSamples]);
            _pitch = plan.HasPitch ? backend.NewTensor([frames, 1], DType.I64) : null;
            _f0 = plan.HasPitch ? backend.NewTensor([frames, 1]) : null;
        }
        catch (DeviceMemoryException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Fills the step's inputs that clips hold.</summary>
    internal void Gather(Batch batch, TrainingStep step)
    {
        for (int item = 0; item < batch.Size; item++)
        {
            int clip = batch.Indices[item];
            Take(clip);
            (_ofBatch[2 * item], _ofBatch[(2 * item) + 1]) = (_firsts[clip], batch.Lengths[item]);
        }

        Tensor places = _places.Items(0, batch.Size);
        _backend.Write(_ofBatch.AsSpan(0, 2 * batch.Size), places);
        Shape column = [batch.Size, batch.Frames, 1];
        Op.Gather(_backend, _phone, places, step.Input.Phone);
        Op.Gather(_backend, _spec, places, step.Spec);
        Op.Gather(_backend, _wave, places, step.Wave.View([batch.Size, batch.Frames, _wave.Shape[1]]));
        if (_pitch is not null) Op.Gather(_backend, _pitch, places, step.Input.Pitch!.View(column));
        if (_f0 is not null) Op.Gather(_backend, _f0, places, step.Input.F0!.View(column));
    }

    public void Dispose()
    {
        foreach (Tensor? tensor in (ReadOnlySpan<Tensor?>)[_places, _phone, _spec, _wave, _pitch, _f0]) tensor?.Buffer.Storage?.Dispose();
    }

    private void Take(int clip)
    {
        if (_isThere[clip]) return;
        TrainingItem item = _clips.Get(clip);
        _backend.Write(item.Phone, Of(_phone));
        _backend.Write(item.Spec, Of(_spec));
        _backend.Write(item.Wave, Of(_wave));
        if (_pitch is not null) _backend.Write(item.Pitch, Of(_pitch));
        if (_f0 is not null) _backend.Write(item.F0, Of(_f0));
        _isThere[clip] = true;

        Tensor Of(Tensor all) => Backend.Part(all, _firsts[clip] * all.Shape[1], [item.Frames, all.Shape[1]]);
    }
}
