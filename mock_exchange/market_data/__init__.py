"""What has been traded: recent trades, candles and statistics of every symbol, from the engine's events alone.

Pure and without a clock: trades bring their time, and whoever asks says what time it is. Prices are ticks, quantities
lots, amounts 1e-8 of the quote asset, times milliseconds since the epoch; the gateway and the streams write them.
"""
